/* What one run of the program owns: its options, where things are, and how it talks. */
#ifndef CLI_APP_H
#define CLI_APP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/opt.h"
#include "core/config.h"
#include "source/source.h"
#include "store/store.h"

#include <stdbool.h>

struct app {
	struct args args;
	struct arena arena;    /* configuration, revisions, plan */
	bool stdout_open;      /* it was when we started */
	bool pages;            /* what does not fit the terminal goes through the pager */
	struct config config;  /* after app_configure() */
	struct source *source; /* after app_configure() */
};

void app_done(struct app *app);

/* Checks the common options and obeys -C. */
int app_enter(const struct app *app, struct err *err);
/* That, then the configuration (defaults when there is none and `needed` is false), then the
 * options that override it, then the repository. */
int app_configure(struct app *app, bool needed, struct err *err);
/* --store, REVSWEEP_STORE, or .revsweep beside the configuration or at the top of the working tree.
 * The caller frees. */
int app_store_dir(struct app *app, char **ret, struct err *err);
/* -j, or `jobs` of the configuration, or the number of processors, at most JOBS_DEFAULT_MAX. */
int app_jobs(struct app *app, unsigned *ret, struct err *err);
/* override.c: options over the configuration. */
int app_override(struct app *app, struct err *err);
/* One revision, by the grammar of core/revspec.h and the configured source. */
int app_parse_revspec(struct app *app, const char *text, struct revspec *ret, struct err *err);
/* ERR_USAGE when fewer operands are given and the source has no revisions to choose by itself. */
int app_need_operands(const struct app *app, size_t least, struct err *err);

/* Pins revisions and gives each a label of its own. In the app's arena. */
int app_resolve(
	struct app *app, const struct revspec *specs, size_t n, struct rev **ret, struct err *err);

/* The operands as revisions, all that each of them names, each {version} of an archive one of its
 * own; HEAD when there is none. For commands whose table has SERIES_OPTIONS. */
int app_resolve_operands(struct app *app, struct rev **ret, size_t *ret_n, struct err *err);

#define SERIES_OPTIONS                                                                             \
	OPT(0, "all-parents", OPT_FLAG, all_parents, NULL,                                         \
		"A..B and A...B take every commit of merged branches, not only the merges", NULL)
/* For their descriptions. */
#define SERIES_HELP                                                                                \
	"A revision is a branch, a tag, a commit id, HEAD~3, merge-base:A,B, worktree, dir:PATH "  \
	"(sources), prefix:PATH (built already), archive:PATH_OR_URL (see 'revsweep help "         \
	"compare'), or REV+file.patch (the patch applied to REV in memory). Several are named by " \
	"A..B (each commit after A up to B, along first parents), A...B (what only A has, then "   \
	"what only B has), tags:GLOB (in the order of versions, rc before release), last:N or "    \
	"'last:N REF', and 'every:N A..B', which thins out any of these: the first, each Nth "     \
	"after it, and the last. LABEL= in front names a revision, or the series of several. "     \
	"What is named twice is taken once."

/* A result: to --output (atomically), or to stdout. A closed or broken stdout is an error that says
 * that nothing is lost. */
int app_print(struct app *app, const struct str *text, struct err *err);
/* The same for lines that people read. On stdout none of them is a command to talk_runner(). */
int app_print_lines(struct app *app, const struct str *text, struct err *err);
/* To stdout, whatever --output says; lines: as app_print_lines(). */
int app_print_stdout(const struct app *app, const struct str *text, bool lines, struct err *err);
bool app_color(const struct app *app, int fd);
/* A line on stderr, escaped: "revsweep: warning: ...". Dropped under -q. */
void app_warn(const struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void app_say(const struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The one place where errors of ours are printed. */
void app_error(const struct err *err);

#endif
