/* Options: one table a command feeds parsing, --help, the man page and shell completion. */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

/* Every value an option can set; a command's table says which of them it knows. Texts point into
 * argv. Checking and converting is the business of whoever uses a value. */
struct args {
	/* all commands */
	const char *directory, *config, *store, *color;
	int quiet, verbose;
	bool help, no_pager;
	/* what to build and run */
	const char *recipe, *isolation, *jobs, *run, *harness, *timeout;
	vec(const char *) with, suites, benches;
	bool allow_http, trust_first_use;
	/* how to measure and judge */
	vec(const char *) fail;
	const char *metrics, *passes, *budget, *blocks, *judge, *alpha, *seed, *order, *pin,
		*rebuilds, *inconclusive;
	const char *against;
	bool strict, improvements, duet, reuse, restart, rebuild, retry_failed;
	bool only_missing, dry_run, all_parents;
	const char *find, *predicate;
	vec(const char *) paths, skip;
	bool first_parent;
	/* what to print */
	const char *format, *output, *marker, *limit, *log;
	vec(const char *) reports;
	bool summary, no_annotations;
	const char *by, *max_size, *max_age;
	vec(const char *) revs;
	const char *bundle;
	const char *from;
	const char *profiles;
	bool force, all, why, records, samples, timeline, repair;
	const char *view, *base, *rev, *x_axis, *clip;
	bool absolute, watch;
	/* results of others */
	const char *storage, *reference, *candidate, *table, *columns, *sort, *group_by, *names;
	const char *time_unit, *stat, *pivot, *field, *lost, *csv, *between;
	const char *original_postfix, *reference_postfix;
	vec(const char *) labels, where, exclude_params, distinct_params;
	/* serve */
	const char *host, *port;
	bool allow_remote;
	/* measure */
	const char *runs, *warmup;
	bool shell;
	/* simulate */
	vec(const char *) traces, kinds, rules;
	const char *gate, *shift, *drift, *clock, *summaries, *hypotheses, *beta, *interval;
	const char *replays, *launches, *slower, *threads, *n_revs, *layout, *unbuildable,
		*build_cost;
	/* what is left: operands, NULL-terminated */
	vec(const char *) operands;
};

enum opt_kind { OPT_FLAG, OPT_COUNT, OPT_TEXT, OPT_LIST };

struct opt {
	char letter;      /* 0: none */
	const char *name; /* without the dashes; NULL ends a table */
	enum opt_kind kind;
	size_t offset;    /* into struct args */
	const char *arg;  /* what --help calls the value; NULL for flags */
	const char *help; /* one line */
	/* Words completion offers: space separated, or "@file", "@dir", "@rev", "@recipe",
	 * "@command", "@format". */
	const char *words;
};

#define OPT(letter, name, kind, member, arg, help, words)                                          \
	{                                                                                          \
		letter, name, kind, offsetof(struct args, member), arg, help, words                \
	}
/* For every command that resolves revisions. */
#define ARCHIVE_OPTIONS                                                                            \
	OPT(0, "trust-first-use", OPT_FLAG, trust_first_use, NULL,                                 \
		"take archives that come without a checksum, and pin what came in "                \
		"revsweep.lock",                                                                   \
		NULL),                                                                             \
		OPT(0, "allow-http", OPT_FLAG, allow_http, NULL,                                   \
			"download archives by http too, not only by https", NULL)
#define OPT_END                                                                                    \
	{                                                                                          \
		0, NULL, OPT_FLAG, 0, NULL, NULL, NULL                                             \
	}

extern const struct opt common_options[]; /* every command knows these */

/* Options and operands may be mixed; "--" ends options. Errors (ERR_USAGE) suggest the nearest
 * known option. ret must be zeroed and be done with also on failure. */
int opt_parse(const struct opt *own, int argc, char **argv, struct args *ret, struct err *err);
void args_done(struct args *args);

#endif
