/* From results and terms to a report, the same way from memory and from the store. */
#include "sweep/sweep.h"

#include "ext/json.h"
#include "sweep/calibrate.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* A revision that did not build may leave no row at all: nobody knows its benches. */
static bool
any_unbuilt(const struct results *results)
{
	for (size_t i = 0; i < results->revs.n; i++)
		if (results->revs.v[i].build.kind != OUTCOME_OK)
			return true;
	return false;
}

void
sweep_report(const struct terms *terms, const struct results *results, size_t family, bool final,
	struct arena *arena, struct report *ret)
{
	struct judge_policy policy = terms_policy(terms, family, final);
	struct row *rows = NULL;
	size_t n = 0;

	judge_rows(results, &policy, arena, &rows, &n);
	*ret = (struct report){
		.command = terms->command,
		.project = terms->project,
		.judge = terms_judge_name(terms->judge),
		.results = results,
		.rows = rows,
		.n_rows = n,
		.host = &terms->host,
		.settings = terms->settings,
		.alpha = terms->alpha,
		.beta = terms->beta,
		.family = family ? family : judge_family(results, &policy),
		.verdict = judge_overall(rows, n),
		.exit_code = judge_exit_code(rows, n, false),
		.isolation = terms->isolation,
		.unfinished = !final,
	};
	if (ret->exit_code == 0 && any_unbuilt(results))
		ret->exit_code = 3;
}

/* What the plan and the report of the day say that cannot be found out from the samples. */
struct told {
	size_t family; /* 0: nobody has counted it yet */
	unsigned blocks_max;
};

static double
number_in(const char *text, const char *key)
{
	struct err ignored = ERR_INIT; /* an unreadable one says nothing */
	struct json *doc = NULL;
	double number = NAN;

	if (text && json_parse(text, strlen(text), &doc, &ignored) == 0)
		number = json_number(json_get(json_root(doc), key));
	json_free(doc);
	return number;
}

static struct told
read_told(const struct store_sweep *stored)
{
	double family = number_in(stored->report, "family");
	double blocks = number_in(stored->plan, "blocks_max");

	return (struct told){
		.family = family > 0 ? (size_t)family : 0,
		.blocks_max = blocks > 0 ? (unsigned)blocks : DEFAULT_BLOCKS_MAX,
	};
}

int
sweep_report_stored(struct store *store, const struct store_sweep *stored, struct results *results,
	struct arena *arena, struct report *ret, struct err *err)
{
	struct terms *terms = arena_alloc(arena, 1, sizeof(*terms));
	unsigned next_block;
	char date[32];

	if (terms_read(stored->plan, arena, terms, err) < 0)
		return -1;
	if (store_load(store, stored->id, results, &next_block, err) < 0)
		return -1;
	struct told told = read_told(stored);
	sweep_report(terms, results, told.family, str_eq(stored->status, "done"), arena, ret);
	if (calibrate_apply(store, stored->id, told.blocks_max, arena, ret, err) < 0)
		return -1;
	ret->sweep = arena_printf(arena, "%jd", (intmax_t)stored->id);
	ret->date = arena_strdup(arena, clock_iso8601(stored->created, date, sizeof(date)));
	return 0;
}
