#include "sweep/replay.h"

#include "ext/json.h"
#include "report/report.h"
#include "sweep/sweep.h"

#include <inttypes.h>
#include <string.h>

/* What judging finds out; texts of paths and of cautions may have come from elsewhere. */
static const char *const members[] = {"verdict", "status", "gate", "blocks", "value", "base_value",
	"ratio", "ratio_lo", "ratio_hi", "noise", "layout_noise", "detectable", "slower", "faster",
	"classic_fails", "decided"};

void
replay_done(struct replay *replay)
{
	str_done(&replay->lines);
}

static bool
same_member(const struct json_val *a, const struct json_val *b, const char *key)
{
	scoped_free char *x = json_dump(json_get(a, key));
	scoped_free char *y = json_dump(json_get(b, key));

	return str_eq(x, y);
}

static bool
same_row(const struct json_val *a, const struct json_val *b)
{
	static const char *const name[] = {"suite", "bench", "metric", "rev"};

	for (size_t i = 0; i < ARRAY_LEN(name); i++)
		if (!same_member(a, b, name[i]))
			return false;
	return true;
}

/* Nearly always it has the same place. */
static const struct json_val *
find_row(const struct json_val *rows, const struct json_val *like, size_t place)
{
	if (place < json_length(rows) && same_row(json_at(rows, place), like))
		return json_at(rows, place);
	for (size_t i = 0; i < json_length(rows); i++)
		if (same_row(json_at(rows, i), like))
			return json_at(rows, i);
	return NULL;
}

static void
compare_row(const struct json_val *then, const struct json_val *now, struct replay *ret)
{
	bool first = true;

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		if (same_member(then, now, members[i]))
			continue;
		scoped_free char *x = json_dump(json_get(then, members[i]));
		scoped_free char *y = json_dump(json_get(now, members[i]));

		if (first)
			str_addf(&ret->lines, "%s on %s:", json_text(json_get(then, "bench")),
				json_text(json_get(then, "rev")));
		str_addf(&ret->lines, "%s %s was %s, is %s", first ? "" : ",", members[i],
			x ? x : "nothing", y ? y : "nothing");
		first = false;
	}
	if (first)
		return;
	str_addc(&ret->lines, '\n');
	ret->different++;
}

static void
compare(const struct json_val *then, const struct json_val *now, struct replay *ret)
{
	const struct json_val *rows = json_get(then, "rows"), *again = json_get(now, "rows");

	ret->rows = json_length(rows);
	for (size_t i = 0; i < json_length(rows); i++)
		compare_row(json_at(rows, i), find_row(again, json_at(rows, i), i), ret);
	for (size_t i = 0; i < json_length(again); i++) {
		const struct json_val *row = json_at(again, i);

		if (find_row(rows, row, i))
			continue;
		str_addf(&ret->lines, "%s on %s: was not there\n",
			json_text(json_get(row, "bench")), json_text(json_get(row, "rev")));
		ret->different++;
	}
}

int
replay_sweep(
	struct store *store, const struct store_sweep *stored, struct replay *ret, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct json *then = NULL, *now = NULL;
	struct results results;
	struct report report;
	scoped(str) text = STR_INIT;

	*ret = (struct replay){.lines = STR_INIT};
	if (!stored->report || strcmp(stored->command, "calibrate") == 0)
		return err_set(err, ERR_USAGE, "sweep #%" PRId64 " %s", stored->id,
			stored->report ? "is a calibration: it holds no verdicts"
				       : "is not finished: there are no verdicts to compare with");
	if (!sweep_kept_whole(stored))
		return err_set(err, ERR_USAGE,
			"sweep #%" PRId64 " has more rows than are kept with a sweep: there is "
			"nothing to compare with "
			"('revsweep show' judges it once more)",
			stored->id);
	results_init(&results);
	int r = json_parse(stored->report, strlen(stored->report), &then, err);
	if (r == 0)
		r = sweep_report_stored(store, stored, &results, &arena, &report, err);
	if (r == 0) {
		report_format_find("json")->write(&report, &(struct report_style){0}, &text);
		r = json_parse(text.p, text.n, &now, err);
	}
	if (r == 0)
		compare(json_root(then), json_root(now), ret);
	json_free(then);
	json_free(now);
	results_done(&results);
	arena_done(&arena);
	return r;
}
