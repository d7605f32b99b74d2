/* What the files of this folder share. */
#ifndef BUILD_INTERNAL_H
#define BUILD_INTERNAL_H

#include "base/arena.h"
#include "base/str.h"
#include "build/build.h"
#include "core/env.h"
#include "sys/lock.h"

#include <stdint.h>

/* A place in the cache: CACHE/builds/KEY and what stands in it. */
struct entry {
	char *dir;
	char *src, *build, *home, *tmp; /* gone after the build */
	char *prefix, *log, *manifest, *files, *failed;
	char *shared; /* of all builds by this recipe, and stays; NULL when it has no use for it */
	struct lock lock;
};

/* entry.c. Makes CACHE/builds and CACHE/locks, and waits until the entry is ours, or somebody stops
 * us or cancels the request. The lock is written to: its file's time is that of the last use.
 * request NULL: only to look, beside others who look; ERR_BUSY when the entry is somebody's. */
int entry_open(const char *cache, const char *key, const struct build_request *request,
	struct entry *ret, struct err *err);
void entry_done(struct entry *entry);
/* Removes everything but the log (keep_log) or everything. */
int entry_clear(const struct entry *entry, bool keep_log, struct err *err);
/* Fresh directories for a build. */
int entry_prepare(const struct entry *entry, struct err *err);
/* Moves a damaged entry out of the way: CACHE/damaged/KEY-N. */
int entry_quarantine(
	const struct entry *entry, const char *cache, const char *key, struct err *err);

/* params.c. The recipe's parameters with the values given or their defaults, as WITH_NAME; paths
 * for those that are programs. */
int params_resolve(const struct build_request *request, struct arena *arena,
	struct recipe_pair **ret, struct err *err);

/* tools.c. Paths of what the recipe needs: ERR_ENVIRONMENT when something is missing. */
int tools_check(const struct build_request *request, const struct env *env, struct arena *arena,
	struct err *err);
/* Adds the identity of everything that compiles to a key. */
struct digest;
int tools_identify(const struct build_request *request, const struct recipe_pair *params,
	struct env *env, struct arena *arena, struct digest *digest, struct err *err);

/* key.c */
/* Whether a script that is run for this revision, or a value, mentions $name. */
bool recipe_uses(const struct build_request *request, const char *name);
int key_compute(const struct build_request *request, const struct recipe_pair *params,
	struct arena *arena, char ret[65], struct err *err);

/* step.c. The environment of the steps; entry may be NULL when only the key asks. */
void step_env(const struct build_request *request, const struct recipe_pair *params,
	const struct entry *entry, struct env *ret);
/* What became of the steps of a recipe. */
struct steps_end {
	double cpu_s, rss_bytes; /* all of them together; the largest process */
	struct outcome outcome;
	const char *failed_step; /* NULL: none */
	bool confined;
	bool lost; /* our own helper died: not to be remembered */
};
int steps_run(const struct build_request *request, const struct recipe_pair *params,
	const struct entry *entry, struct steps_end *ret, struct err *err);
/* Adds a line to the log. */
int log_line(const char *path, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* layout.sh, which is run before the steps of a build whose layout is not 0. */
extern const unsigned char layout_sh[];
extern const size_t layout_sh_size;

/* tail.c. The line of a log that says best why a step failed; "" when there is none. */
void log_reason(const char *path, struct str *out);

/* elf.c. Where an ELF program (64 bit) keeps what no loader reads; 0 for any other file. */
struct range {
	uint64_t at, n;
};
size_t elf_unloaded(int fd, struct range *ret, size_t max);

/* content.c. SHA-256 over everything below root (order, paths, modes, contents, link targets) with
 * every occurrence of `own` blanked, and the debug information and build ids of programs. */
int content_digest(const char *root, const char *own, char ret[65], struct err *err);
/* One line a file: kind, mode, size, path. */
int content_list(const char *root, struct str *out, struct err *err);

/* manifest.c. Publishes a finished build. */
int manifest_publish(const struct build_request *request, const struct entry *entry,
	const struct build *build, struct err *err);
/* Reads a published one into ret: 1; 0 when there is none; -1 when it is damaged, with the reason
 * in why. */
int manifest_read(const struct entry *entry, struct build *ret, struct str *why);
/* Remembered failures. The same answers, but a damaged one counts as none. */
int failure_publish(const struct build_request *request, const struct entry *entry,
	const struct build *build, struct err *err);
int failure_read(const struct entry *entry, double timeout_s, struct build *ret);

/* build.c. The key of a build; errors as build_check(). */
int build_key(const struct build_request *request, char ret[65], struct err *err);

double step_timeout(const struct build_request *request);

/* span.c. Tells that a phase is over that began at start_ns (clock_monotonic_ns()). */
void span_tell(const struct build_request *request, enum span_phase phase, int64_t start_ns,
	const char *outcome);
/* The same with what is known besides. */
void span_tell_more(const struct build_request *request, const struct span *what, int64_t start_ns);
/* The word for how a call of ours ended: err only counts when r is -1. */
const char *span_word(int r, const struct err *err);

/* cached.c. What the cache says about its builds, finished and failed; texts in the arena. */
enum cached_kind { CACHED_BUILD, CACHED_FAILURE, CACHED_LITTER };
struct cached {
	char key[65];
	enum cached_kind kind;
	const char *project, *label, *rev, *tree, *recipe; /* NULL where it does not say */
	const char *files_sha256, *digest;                 /* of a build */
	int64_t date;                                      /* of the revision */
	int64_t built;                                     /* seconds since 1970; 0: not known */
	double wall_s;                                     /* 0: not known */
};
/* All entries of CACHE/builds, by key. An entry that cannot be read is CACHED_LITTER. */
int cached_list(const char *cache, struct arena *arena, struct cached **ret, size_t *ret_n,
	struct err *err);

/* expect.c. The same from a list: what build_expect() knows. */
void expect_from(const struct build_request *requests, size_t n, const struct cached *known,
	size_t n_known, double *ret_s);
/* What build_estimate() knows of their time; texts of `known` are only looked at. */
void estimate_from(const struct build_request *requests, size_t n, const struct cached *known,
	size_t n_known, struct arena *arena, struct build_estimate *ret);
/* The order of work: the longest first, equal ones as they stand. */
void expect_order(const double *expected_s, size_t n, size_t *ret);

#endif
