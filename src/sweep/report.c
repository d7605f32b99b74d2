/* From results and terms to a report, the same way from memory and from the store. */
#include "sweep_priv.h"

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
		.order = order_name(terms->order),
		.contended = policy.contended,
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

/* A number of the plan, or of the report of the day, that the samples do not tell; NAN when it is
 * not there. */
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

void
sweep_stored_times(const struct store_sweep *stored, double *ret_measured, double *ret_built)
{
	*ret_measured = fmax(0, number_in(stored->report, "measured_s"));
	*ret_built = fmax(0, number_in(stored->report, "built_s"));
}

/* The most blocks there could be, and how many hypotheses there were; 0 while nobody has counted
 * them. */
static unsigned
stored_blocks_max(const struct store_sweep *stored)
{
	double blocks = number_in(stored->plan, "blocks_max");

	return blocks > 0 ? (unsigned)blocks : DEFAULT_BLOCKS_MAX;
}

static size_t
stored_family(const struct store_sweep *stored)
{
	double family = number_in(stored->report, "family");

	return family > 0 ? (size_t)family : 0;
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
	sweep_report(
		terms, results, stored_family(stored), str_eq(stored->status, "done"), arena, ret);
	sweep_stored_times(stored, &ret->measured_s, &ret->built_s);
	if (calibrate_apply(store, stored->id, stored_blocks_max(stored), arena, ret, err) < 0)
		return -1;
	ret->sweep = arena_printf(arena, "%jd", (intmax_t)stored->id);
	ret->date = arena_strdup(arena, clock_iso8601(stored->created, date, sizeof(date)));
	return 0;
}
