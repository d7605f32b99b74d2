/* What is to be done: pinned revisions, how each is built, which suites run on all of them. */
#ifndef SWEEP_PLAN_H
#define SWEEP_PLAN_H

#include "build/build.h"
#include "build/recipes.h"
#include "core/config.h"
#include "core/harness.h"
#include "core/rev.h"
#include "ext/digest.h"
#include "source/source.h"
#include "sweep/terms.h"

struct plan_suite {
	const struct suite *suite;
	enum metric_pass pass;         /* a suite stands here once for each pass that it takes */
	const char *title;             /* with the pass, unique */
	const struct harness *harness; /* of PASS_BUILD one that launches nothing */
	struct settings settings;
};

struct plan {
	struct terms terms;
	const struct config *config;
	const struct rev *revs;
	size_t n_revs;
	struct recipe *recipes; /* how each revision is built: projects change their build system */
	struct plan_suite *suites;
	size_t n_suites;
	bool apart; /* equal builds are measured as if they were not: calibration */
	uint64_t seed;
	char digest[DIGEST_HEX]; /* same work, same digest: what is resumed and reused */
};

struct plan_options {
	const char *command;
	size_t base;
	enum judge_mode judge;
	bool changes;  /* look for change points */
	bool previous; /* gates hold each revision against the one before it */
	struct terms_bisect bisect;
	bool apart; /* as in struct plan: every block is measured, too, whatever is decided */
	uint64_t seed;
	const char *const *suites; /* names to keep; empty: all */
	size_t n_suites;
};

/* Checks everything that can be checked before anything is built: harnesses, suites, recipes and
 * their parameters, needed programs. Notes about settings a harness cannot honour become sentences
 * in terms.settings. Lives in the arena. */
int plan_make(const struct config *config, struct source *source, const struct rev *revs,
	size_t n_revs, const struct plan_options *options, struct arena *arena, struct plan *ret,
	struct err *err);
/* How a revision is built: `build:`, the configured recipe, or the one its tree suggests. */
int plan_recipe(const struct config *config, struct source *source, const struct rev *rev,
	struct recipe_book *book, struct recipe *ret, struct err *err);
/* What the configuration says about building it; the caller adds where, how many and who. */
struct build_request plan_build_request(
	const struct config *config, const struct rev *rev, const struct recipe *recipe);
/* How many builds there are of each revision: layouts 0, 1, ... */
unsigned plan_layouts(const struct plan *plan);
/* Whether blocks are duets: of a sweep only the pairs that confirm are. */
bool plan_in_duets(const struct plan *plan);
/* passes.c */
/* Adds the suite to the plan's, once for each pass that the wanted metrics of it take: what counts
 * goes before what is timed. ERR_USAGE when its harness cannot, ERR_ENVIRONMENT when this machine
 * cannot. */
int plan_add_passes(struct plan *plan, const struct suite *suite, const struct harness *harness,
	struct arena *arena, struct err *err);
/* The same for what is told of each build. */
int plan_add_build_pass(struct plan *plan, struct err *err);
/* ERR_USAGE when a gate is about a metric that nothing measures. */
int plan_check_gates(const struct plan *plan, struct err *err);
/* Whether a bench comes out of this suite's pass. */
bool plan_suite_has(const struct plan *plan, size_t suite, const struct bench *bench);
/* How many blocks a suite's pass has. */
unsigned plan_blocks_min(const struct plan *plan, size_t suite);
unsigned plan_blocks_max(const struct plan *plan, size_t suite);
/* Whether all of them are to be measured, whatever is known before. */
bool plan_blocks_fixed(const struct plan *plan, size_t suite);
/* The plan as JSON: what the store keeps. */
void plan_json(const struct plan *plan, struct str *out);
/* The same as members of the object that is open in w: --dry-run --format json has more of them. */
void plan_write(const struct plan *plan, struct jsonw *w);

#endif
