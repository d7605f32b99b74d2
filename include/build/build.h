/* Builds: tree + recipe -> prefix, once, in the builds' cache.
 *
 * A build lives at its final path from the start (CACHE/builds/KEY/prefix), since installed files
 * hold their own path. It exists for others from the moment its MANIFEST.json is there: written
 * beside, syncfs, rename, fsync of the directory. An entry without one is the litter of an
 * interrupted build and is removed by the next builder. All keys have the same length, so that all
 * prefixes do. */
#ifndef BUILD_BUILD_H
#define BUILD_BUILD_H

#include "base/arena.h"
#include "base/err.h"
#include "core/config.h"
#include "core/outcome.h"
#include "core/rev.h"
#include "core/span.h"

#include <stdbool.h>
#include <stddef.h>

struct build_request {
	const struct rev *rev;
	const struct recipe *recipe;
	const struct recipe_pair *with; /* parameters: checked against the recipe */
	size_t n_with;
	const struct recipe_pair *env; /* the configuration's */
	size_t n_env;
	const char *const *pass_env;
	const char *dir; /* relative names of files in parameters start here */
	enum isolation isolation;
	unsigned jobs;       /* JOBS for the steps; 0: all CPUs, in build_all() a worker's share */
	double timeout_s;    /* a step; 0: the recipe's or the default */
	const char *cache;   /* directory of the builds' cache, absolute */
	const char *project; /* what the cache says it is of, or NULL */
	bool rebuild;        /* forget a remembered failure */
	/* 0: plain. Any other number: the same program with its code at other addresses, as far as
	 * the compilers that the steps find on PATH can make one (layout.sh); steps see it as
	 * LAYOUT. Another number is another build. */
	unsigned layout;
	/* Puts the sources below dest. Called under a lock: one at a time. */
	int (*checkout)(void *arg, const struct rev *rev, const char *dest, struct err *err);
	void *arg;
	/* Told when a step begins and when all is over (step NULL); may be NULL. The request is the
	 * one that is carried out: it knows its worker. Called from any thread. */
	void (*progress)(void *arg, const struct build_request *request, const char *step);
	/* Told whenever a phase is over, whatever became of it: rev is -1 and session 0, for the
	 * caller to fill in. May be NULL. Called from any thread. */
	void (*span)(void *arg, const struct span *span);
	unsigned worker; /* for the spans; build_all() sets it */
	/* Readable: give up, as if the user had asked to stop. 0: there is no such thing. */
	int cancel_fd;
	/* Told the key while its entry is locked, before anybody can prune it; may be NULL. Called
	 * from any thread. */
	int (*using)(void *arg, const char *key, struct err *err);
};

struct build {
	char key[65];
	char *prefix; /* absolute */
	char *log;    /* path of the log; NULL for prefix: revisions */
	struct outcome outcome;
	char digest[65]; /* of the installed files with their own path blanked; "" unless ok */
	bool reused;     /* was in the cache */
	double wall_s;   /* spent building, now or then */
	const char *failed_step; /* in the log's words, or NULL */
	char *note;    /* worth a line on stderr (a damaged entry was replaced), or NULL */
	bool confined; /* writes outside were refused by the kernel */
};
void build_done(struct build *build);

/* Checks the parameters against the recipe and its `needs` against this machine, before anything is
 * built: ERR_USAGE names the parameter (with a suggestion), ERR_ENVIRONMENT the missing program. */
int build_check(const struct build_request *request, struct err *err);
/* Builds or finds one. Waits when another process builds the same key. A failed build is an outcome
 * (and remembered); -1 is for what stops us: a full disk, a stop, a broken cache, an unsafe tree.
 */
int build_run(const struct build_request *request, struct build *ret, struct err *err);

/* Who builds several at the same time. */
struct build_crew {
	unsigned workers; /* threads; 0: one */
	/* Told, by the thread that called build_all(), as each is over; may be NULL. -1 ends all.
	 */
	int (*finished)(void *arg, size_t i, const struct build *build, struct err *err);
	void *arg;
	const size_t *order; /* in which they are taken; NULL: the longest first (build_expect()) */
};
/* The same for n of them, those that are expected to take longest first. A worker
 * that is free takes the next; each has its share of the CPUs as JOBS. All are over when it
 * returns. The first error wins and ends the others, which leave nothing half. */
int build_all(const struct build_request *requests, size_t n, const struct build_crew *crew,
	struct build *ret, struct err *err);
/* Seconds that each will take by what the cache remembers: as long as the same tree took before,
 * by the same recipe of the same project; else as long as the revision nearest in time did; else
 * the median of the recipe, then of all builds; 0 when nothing is known. */
void build_expect(const struct build_request *requests, size_t n, double *ret_s);

/* A build of long ago, that the cache need not know any more. */
struct build_past {
	const char *project, *recipe, *tree; /* project may be NULL */
	int64_t date;                        /* of the revision */
	double wall_s;
	bool failed;
};
enum build_state {
	BUILD_TO_DO,
	BUILD_STORED,        /* in the cache, or a prefix: takes no time */
	BUILD_FAILED_BEFORE, /* a remembered failure, which is not tried again: neither does this */
};
struct build_estimate {
	enum build_state state;
	bool same;            /* what was seen were builds of this very tree, by this recipe */
	double expected_s;    /* by which workers take them; 0: not known */
	const double *seen_s; /* how long its like took: draw from them */
	size_t n_seen;
};
/* What is to be done for each, and how long it may take, by what the cache remembers and by past
 * builds. Nothing is built and nothing is waited for. In the arena. */
int build_estimate(const struct build_request *requests, size_t n, const struct build_past *past,
	size_t n_past, struct arena *arena, struct build_estimate *ret, struct err *err);
/* The order in which workers take them. */
void build_order(const struct build_estimate *estimates, size_t n, size_t *ret);

/* The environment that the prefix of a recipe provides, set into env (core/env.h) after PREFIX, and
 * the NAME=value lines of PREFIX/revsweep.env, where a step writes what only the build knows.
 * recipe may be NULL. */
struct env;
void build_provide(const struct recipe *recipe, const char *prefix, struct env *env);

/* $REVSWEEP_CACHE, or $XDG_CACHE_HOME/revsweep, or ~/.cache/revsweep, made when it is missing. The
 * caller frees. */
int build_cache_dir(char **ret, struct err *err);

#endif
