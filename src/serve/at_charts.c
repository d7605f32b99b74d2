/* The page that `show --format html` writes, live: its parts at addresses of their own. */
#include "serve_priv.h"

#include "report/report.h"
#include "sweep/sweep.h"

static void
drop_foreign_logs(const struct asked *asked, struct report *report)
{
	struct report_log *ours = arena_alloc(asked->arena, report->n_logs, sizeof(*ours));
	size_t n = 0;

	for (size_t i = 0; i < report->n_logs; i++)
		if (log_is_ours(asked, report->logs[i].path))
			ours[n++] = report->logs[i];
	report->logs = ours;
	report->n_logs = n;
}

int
at_charts_page(struct asked *asked, struct str *out, struct err *err)
{
	const struct report *judged = NULL;
	struct store_sweep sweep;

	if (store_get(asked->store, asked->number[0], asked->arena, &sweep, err) < 0 ||
		loaded_get(asked->loaded, asked->store, sweep.id, &judged, err) < 0)
		return -1;
	struct report report = *judged;
	if (sweep_report_detail(asked->store, &sweep, asked->arena, &report, err) < 0)
		return -1;
	drop_foreign_logs(asked, &report);
	report.profiles = profiled_get(asked->profiled, judged, asked->arena);
	report_page(&report, CHARTS_SCRIPT, CHARTS_STYLE, out);
	return 0;
}

int
at_charts_script(struct asked *asked, struct str *out, struct err *err)
{
	size_t n;
	const void *bytes = report_page_script(&n);

	(void)asked;
	(void)err;
	str_addn(out, bytes, n);
	return 0;
}

int
at_charts_style(struct asked *asked, struct str *out, struct err *err)
{
	size_t n;
	const void *bytes = report_page_style(&n);

	(void)asked;
	(void)err;
	str_addn(out, bytes, n);
	return 0;
}
