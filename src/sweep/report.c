/* From results and terms to a report, the same way from memory and from the store. */
#include "sweep_priv.h"

#include "ext/json.h"
#include "report/report.h"
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

/* Of the path only what was measured is worth a row. */
static void
drop_unmeasured(struct report *report)
{
	size_t kept = 0;

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (results_has_samples(results_cell(report->results, row->bench, row->rev)))
			report->rows[kept++] = *row;
	}
	report->n_rows = kept;
}

/* Somebody named: 0; an end that cannot be measured: 3; no answer: 9. */
static int
bisect_exit_code(const struct report *report)
{
	const struct results *results = report->results;
	bool found = false;

	for (size_t i = 0; i < report->n_culprits; i++)
		found = found || report->culprits[i].state == CULPRIT_FOUND;
	if (found)
		return 0;
	return results->revs.v[0].build.kind != OUTCOME_OK ||
			       results->revs.v[results->revs.n - 1].build.kind != OUTCOME_OK
		       ? 3
		       : 9;
}

static void
tell_culprits(const struct terms *terms, const struct results *results, struct arena *arena,
	struct report *ret)
{
	struct culprit_policy policy = terms_culprits(terms, results, arena);
	struct culprits *culprits = culprits_new(results, &policy);
	struct culprit *told;
	struct culprit_wish wish;

	culprits_next(culprits, arena, &wish);
	culprits_tell(culprits, arena, &told, &ret->n_culprits);
	culprits_free(culprits);
	ret->bisect = true;
	ret->better = terms->bisect.better;
	ret->culprits = told;
	ret->contended = terms->order == ORDER_DUET;
	drop_unmeasured(ret);
	ret->exit_code = bisect_exit_code(ret);
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
		.rebuilds = terms->rebuilds,
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
	if (terms->changes) {
		struct changes_policy changes = terms_changes(terms, results, arena);

		ret->series = true;
		judge_changes(results, &changes, arena, &ret->changes, &ret->n_changes);
	}
	if (terms->bisect.on)
		tell_culprits(terms, results, arena, ret);
	else if (ret->exit_code == 0 && any_unbuilt(results))
		ret->exit_code = 3;
}

/* A text of the store that is read for a number or two; NULL when it is unreadable, which says no
 * more than that it holds none. */
static struct json *
parse_stored(const char *text)
{
	struct err ignored = ERR_INIT;
	struct json *doc = NULL;

	if (!text || json_parse(text, strlen(text), &doc, &ignored) < 0)
		return NULL;
	return doc;
}

static double
number_in(const struct json *doc, const char *key)
{
	return doc ? fmax(0, json_number(json_get(json_root(doc), key))) : 0;
}

struct sweep_told
sweep_read_told(const struct store_sweep *stored)
{
	struct json *doc = parse_stored(stored->report);
	struct sweep_told told = {
		.family = (size_t)number_in(doc, "family"),
		.measured_s = number_in(doc, "measured_s"),
		.built_s = number_in(doc, "built_s"),
	};

	json_free(doc);
	return told;
}

bool
sweep_kept_whole(const struct store_sweep *stored)
{
	/* Texts have their quotes escaped: what stands there like this is the member. */
	return stored->report && !strstr(stored->report, "\"rows_left_out\":");
}

void
sweep_keep_report(const struct report *report, struct str *ret_json)
{
	const struct report_format *json = report_format_find("json");

	json->write(report, &(struct report_style){0}, ret_json);
	if (!ret_json->full && ret_json->n <= SWEEP_REPORT_MAX)
		return;
	str_done(ret_json);
	json->write(report, &(struct report_style){.no_rows = true}, ret_json);
}

/* The most blocks there could be. */
static unsigned
stored_blocks_max(const struct store_sweep *stored)
{
	struct json *doc = parse_stored(stored->plan);
	double blocks = number_in(doc, "blocks_max");

	json_free(doc);
	return blocks > 0 ? (unsigned)blocks : DEFAULT_BLOCKS_MAX;
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
	if (terms->bisect.on && bisect_recall(store, stored->id, results, arena, err) < 0)
		return -1;
	struct sweep_told told = sweep_read_told(stored);
	sweep_report(terms, results, told.family, str_eq(stored->status, "done"), arena, ret);
	ret->measured_s = told.measured_s;
	ret->built_s = told.built_s;
	if (calibrate_apply(store, stored->id, stored_blocks_max(stored), arena, ret, err) < 0)
		return -1;
	ret->sweep = arena_printf(arena, "%jd", (intmax_t)stored->id);
	ret->date = arena_strdup(arena, clock_iso8601(stored->created, date, sizeof(date)));
	return 0;
}
