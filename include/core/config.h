/* revsweep.yml as values. */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "core/gate.h"
#include "core/recipe.h"
#include "core/revspec.h"
#include "core/settings.h"

#include <stdbool.h>
#include <stddef.h>

/* FROM_DEFAULT: not said; what the harness says holds (sweep/plan.h), which is head for most. */
enum suite_from { FROM_HEAD, FROM_BASE, FROM_REVISION, FROM_WORKTREE, FROM_DEFAULT };

struct suite {
	const char *name;
	const char *harness;
	const char *run;            /* shell command, for a harness that starts one, or NULL */
	const char *const *paths;   /* what a path-driven harness collects; NULL-terminated */
	const char *const *args;    /* handed on to the harness as they are; NULL-terminated */
	const char *const *select;  /* globs over bench names; empty: all; NULL-terminated */
	const char *const *include; /* further files of the tree that the suite needs */
	enum suite_from from;
	const char *cwd;  /* below the suite's tree, or NULL: its top */
	double timeout_s; /* for one launch; 0: the default (600 s) */
	const struct recipe_pair *env;
	size_t n_env;
	bool has_settings;
	struct settings settings; /* over the common ones, number by number */
};

/* In which order the launches of a sweep come. */
enum order {
	ORDER_RANDOM,     /* all revisions in each block, in random order */
	ORDER_SEQUENTIAL, /* all launches of one revision after those of another: compatible, and
			     at the mercy of drift */
	ORDER_DUET,       /* the two revisions of a block take turns on one CPU, compared by CPU
			     time: what disturbs one disturbs the other */
};

/* What becomes of an answer that cannot be given. */
enum inconclusive { INCONCLUSIVE_WARN, INCONCLUSIVE_FAIL, INCONCLUSIVE_PASS };

struct measure {
	/* NULL-terminated; empty: what ordinary launches bring, without rss and cpu unless a gate
	 * is about them. */
	const char *const *metrics;
	unsigned passes; /* counted launches, or rounds inside of one; 0: as many as it takes */
	double budget_s; /* for measuring; 0: none */
	unsigned blocks_min, blocks_max;
	double alpha; /* false alarms of the whole family */
	double beta;  /* missed regressions, a bench */
	enum order order;
	enum inconclusive inconclusive;
	unsigned rebuilds; /* builds of each revision, each with another layout; 1: just one */
	int pin;           /* processor that launches are held to; -1: wherever */
	bool improvements; /* gates hold improvements to the limit, too */
};

enum isolation { ISOLATION_NONE, ISOLATION_PREFIX, ISOLATION_SANDBOX };

struct config {
	const char *path; /* the file, absolute; NULL: there was none and defaults hold */
	const char *dir;  /* what relative paths in it start from */
	const char *project;
	const char *git;                    /* repository: a path; NULL: found upward from dir */
	struct revspec_source source;       /* archives or releases instead of a repository */
	bool allow_http;                    /* archives not only by https */
	double max_download;                /* bytes of an archive */
	const char *recipe_name;            /* NULL: detected */
	const struct recipe *inline_recipe; /* `build:`, or NULL */
	const struct recipe_pair *with;     /* the recipe's parameters; lists joined by newlines */
	size_t n_with;
	const struct suite *suites;
	size_t n_suites;
	struct settings settings;
	struct measure measure;
	const struct gate *gates;
	size_t n_gates;
	const struct recipe_pair *env; /* for builds and launches */
	size_t n_env;
	const char *const *pass_env; /* NULL-terminated */
	enum isolation isolation;
	int jobs; /* builds at the same time; 0: as many as there are CPUs, at most JOBS_DEFAULT_MAX
		   */
};

#define CONFIG_NAME "revsweep.yml"
#define JOBS_DEFAULT_MAX 8
#define DEFAULT_BLOCKS_MIN 5
#define DEFAULT_BLOCKS_MAX 40
#define DEFAULT_BUDGET_S 600.0
#define DEFAULT_ALPHA 0.01
#define DEFAULT_BETA 0.05
#define REBUILDS_LEAST 3 /* fewer say nothing about a spread */
#define REBUILDS_MOST 16
#define PASSES_MOST 1000
#define DEFAULT_MAX_DOWNLOAD 2147483648.0 /* bytes */
#define DEFAULT_LAUNCH_TIMEOUT_S 600.0
#define DEFAULT_STEP_TIMEOUT_S 3600.0

/* All defaults, no suite. */
void config_defaults(struct config *ret);
/* text is the file's content; name is what messages call it. Names of harnesses are not checked
 * here: core does not know them. */
int config_parse(const char *text, size_t n, const char *name, struct arena *arena,
	struct config *ret, struct err *err);
/* "4": how often each revision is built; 1, or from REBUILDS_LEAST to REBUILDS_MOST. ERR_USAGE. */
int rebuilds_parse(const char *text, unsigned *ret, struct err *err);
/* "3", or "auto" for 0. ERR_USAGE. */
int passes_parse(const char *text, unsigned *ret, struct err *err);
/* Whether a metric is to be measured; aside: one that its harness reports beside the point. What
 * only a suite knows goes by the name of "value", too. */
bool metric_wanted(const struct config *config, const char *metric, bool aside);
const char *isolation_name(enum isolation level);
const char *order_name(enum order order);
/* Names in the order of their enums, NULL-terminated. */
extern const char *const order_names[];
extern const char *const inconclusive_names[];
const char *suite_from_name(enum suite_from from);
/* The suite's settings over the common ones. */
struct settings settings_for(const struct config *config, const struct suite *suite);

#endif
