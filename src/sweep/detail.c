/* What a page shows beside the report itself: when things were done, and how what failed ended. */
#include "sweep_priv.h"

#include "sys/fs.h"

#include <string.h>

#define LOGS_MAX 100
#define LOG_BYTES ((size_t)32 << 10) /* of each: its end says why */

struct logs {
	vec(struct report_log) v;
	struct arena *arena;
};

/* One that is gone by now is none. */
static void
add_log(struct logs *logs, const char *path)
{
	struct err gone = ERR_INIT;
	scoped(str) text = STR_INIT;

	if (!path || logs->v.n >= LOGS_MAX)
		return;
	for (size_t i = 0; i < logs->v.n; i++)
		if (strcmp(logs->v.v[i].path, path) == 0)
			return;
	if (fs_read_tail(path, LOG_BYTES + 1, &text, &gone) < 0)
		return;
	struct report_log log = {.path = path, .cut = text.n > LOG_BYTES};
	log.text = arena_strdup(logs->arena, text.p + (log.cut ? text.n - LOG_BYTES : 0));
	vec_add(&logs->v, log);
}

static void
collect_logs(struct arena *arena, struct report *report)
{
	const struct results *results = report->results;
	struct logs logs = {.arena = arena};

	for (size_t i = 0; i < results->revs.n; i++)
		if (results->revs.v[i].build.kind != OUTCOME_OK)
			add_log(&logs, results->revs.v[i].build_log);
	for (size_t i = 0; i < report->n_rows; i++)
		add_log(&logs, report->rows[i].log);
	for (size_t i = 0; i < results->cells.n; i++)
		if (!results_has_samples(&results->cells.v[i]))
			add_log(&logs, results->cells.v[i].log);
	report->logs = arena_copy(arena, logs.v.v, logs.v.n, sizeof(*logs.v.v));
	report->n_logs = logs.v.n;
	vec_done(&logs.v);
}

int
sweep_report_detail(struct store *store, const struct store_sweep *stored, struct arena *arena,
	struct report *report, struct err *err)
{
	struct timeline_input *timeline = arena_alloc(arena, 1, sizeof(*timeline));

	if (sweep_timeline(store, stored, arena, timeline, err) < 0)
		return -1;
	if (timeline->n_sessions)
		report->timeline = timeline;
	collect_logs(arena, report);
	return 0;
}
