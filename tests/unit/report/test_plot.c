/* What views make of a report, and how figures are written. */
#include "report_common.h"

#include "report/plot.h"

static const struct plot_options two = {.base = 0, .rev = 1};

/* Values of a bench, one launch a block, with five of each so that intervals are known. */
static void
set_values(struct made *m, size_t bench, size_t rev, double value)
{
	static const double wobble[] = {0.99, 1.0, 1.01, 0.995, 1.005};

	for (size_t b = 0; b < ARRAY_LEN(wobble); b++) {
		struct sample sample = {.rounds = 1};

		for (size_t s = 0; s < SUMMARY_COUNT; s++)
			sample.v[s] = value * wobble[b];
		results_set(&m->results, bench, rev, b, &sample);
	}
}

static void
make(const struct made *m, const struct plot_options *options, struct figures *ret)
{
	struct err err = ERR_INIT;

	ck_assert_msg(plot_make(&m->report, options, ret, &err) == 0, "%s", err.text);
}

static void
refused(const struct made *m, const struct plot_options *options, const char *why)
{
	struct figures figures;
	struct err err = ERR_INIT;

	ck_assert_int_eq(plot_make(&m->report, options, &figures, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
	figures_done(&figures);
}

START_TEST(judged_rows_are_bars_and_points)
{
	struct made m;
	struct figures figures;
	struct plot_options options = two;

	made_compare(&m);
	make(&m, &options, &figures);
	const struct figure *f = &figures.v.v[0];
	ck_assert_int_eq(f->kind, FIGURE_BARS);
	/* The worst first: rows of report_common.h, +21 % of memory. */
	ck_assert_str_eq(f->y.names[0], "regression/test_parse_document[10000-utf8] (peak)");
	ck_assert_double_eq_tol(f->series.v[0].v.v[0].x, 21, 1e-9);
	ck_assert_double_eq_tol(f->series.v[0].v.v[0].lo, 20.9, 1e-9);
	ck_assert_int_eq(f->series.v[0].v.v[0].tone, FIGURE_BAD);
	/* The best last: -19 %. */
	const struct figure_point *last = &f->series.v[0].v.v[f->series.v[0].v.n - 1];
	ck_assert_double_eq_tol(last->x, -19, 1e-9);
	ck_assert_int_eq(last->tone, FIGURE_GOOD);
	figures_done(&figures);

	options.clip = 1.05;
	options.most = 2;
	make(&m, &options, &figures);
	ck_assert_double_eq_tol(figures.v.v[0].series.v[0].v.v[0].x, 5, 1e-9);
	ck_assert_uint_eq(figures.v.v[0].y.n_names, 2);
	ck_assert_uint_ge(figures.v.v[0].notes.n, 1);
	figures_done(&figures);

	options = two;
	options.view = "scatter";
	make(&m, &options, &figures);
	/* A cloud a unit: s, B, req/s. */
	ck_assert_uint_eq(figures.v.n, 3);
	ck_assert(figures.v.v[0].x.log);
	figures_done(&figures);

	options.view = "compare";
	options.absolute = true;
	refused(&m, &options, "no common axis");
	options.view = "skatter";
	refused(&m, &options, "did you mean 'scatter'?");
	options.view = "timeline";
	refused(&m, &options, "no timeline");
	options.view = "bisect";
	refused(&m, &options, "no bisect");
	options.view = "sweep";
	refused(&m, &options, "positive number");
	results_done(&m.results);
}
END_TEST

/* Cost n^2 in one revision and 3 n^2 in the other: exponent 2, R2 1. */
START_TEST(a_square_law_has_the_exponent_two)
{
	struct made m;
	struct figures figures;
	struct plot_options options = {.view = "scaling", .base = 0, .rev = 1};

	made_init(&m);
	add_rev(&m, "old", "aaaaaaaaaaaa", "old");
	add_rev(&m, "new", "bbbbbbbbbbbb", "new");
	for (int n = 1000; n >= 10; n /= 10) {
		char name[32];

		snprintf(name, sizeof(name), "sort[n=%d-int]", n);
		size_t bench = add_bench(&m, "s", name, "time", "s");
		set_values(&m, bench, 0, 1e-9 * n * n);
		set_values(&m, bench, 1, 3e-9 * n * n);
	}
	set_values(&m, add_bench(&m, "s", "other", "time", "s"), 1, 1);
	make(&m, &options, &figures);
	const struct figure *f = &figures.v.v[0];
	ck_assert_uint_eq(f->series.n, 2);
	ck_assert_str_eq(f->series.v[0].name, "sort param=int");
	ck_assert(f->x.log && f->y.log && f->series.v[1].dashed);
	ck_assert_uint_eq(f->series.v[0].colour, f->series.v[1].colour);
	ck_assert_double_eq(f->series.v[0].v.v[0].x, 10);
	ck_assert_double_eq_tol(f->series.v[0].v.v[0].y, 3e-7, 1e-15);
	ck_assert(f->series.v[0].v.v[0].lo < 3e-7 && f->series.v[0].v.v[0].hi > 3e-7);
	ck_assert_str_eq(f->notes.v[0], "sort param=int at new: n^2.000 (R2 1.0000, 3 points)");
	figures_done(&figures);

	options.log = PLOT_LOG_X;
	make(&m, &options, &figures);
	ck_assert(figures.v.v[0].x.log && !figures.v.v[0].y.log);
	figures_done(&figures);
	options.x = "m";
	refused(&m, &options, "two numeric values of 'm'");
	bool none[4] = {false};
	options.x = NULL;
	options.wanted = none;
	refused(&m, &options, "several numbers");
	results_done(&m.results);
}
END_TEST

static void
made_steps(struct made *m)
{
	static const char *const labels[] = {"v1", "v2", "v3", "v4"};
	static const double sort[] = {1, 1, 2, 2}, rate[] = {8, 8, 8, 4};

	made_init(m);
	m->report.command = "sweep";
	m->report.series = true;
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		add_rev(m, labels[i], "aaaaaaaaaaaa", "a step");
	size_t a = add_bench(m, "s", "sort", "time", "s");
	struct bench bench = {.suite = "s",
		.name = "late 'n' `date`",
		.metric = "ops",
		.unit = "ops/s",
		.direction = HIGHER_IS_BETTER};
	size_t b = results_bench(&m->results, &bench);
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		set_values(m, a, i, sort[i]);
		if (i)
			set_values(m, b, i, rate[i]);
	}
}

START_TEST(heat_is_the_fold_and_worse_is_hot)
{
	struct made m;
	struct figures figures;
	struct plot_options options = {.base = 0, .rev = 3};

	made_steps(&m);
	make(&m, &options, &figures); /* sweep, by itself */
	const struct figure *f = &figures.v.v[0];
	ck_assert_int_eq(f->kind, FIGURE_HEAT);
	ck_assert_uint_eq(f->x.n_names, 4);
	for (size_t y = 0; y < 2; y++) {
		const struct figure_point *p = &f->series.v[0].v.v[4 * y];
		bool sort = strcmp(f->y.names[y], "sort") == 0;

		/* Twice as long and half the rate are the same loss; what was not there is none. */
		ck_assert_double_eq_tol(p[3].value, 1, 1e-9);
		ck_assert(sort ? p[0].value == 0 : isnan(p[0].value));
	}
	figures_done(&figures);
	results_done(&m.results);
}
END_TEST

START_TEST(history_has_bands_and_marks)
{
	struct made m;
	struct figures figures;
	struct plot_options options = {.view = "history", .base = 0, .rev = 3};
	struct change changes[] = {{.bench = 0,
					   .before = 1,
					   .after = 2,
					   .state = CHANGE_CONFIRMED,
					   .worse = true,
					   .ratio = 2},
		{.bench = 0,
			.before = 2,
			.after = 3,
			.state = CHANGE_OPEN,
			.worse = true,
			.ratio = 2}};

	made_steps(&m);
	m.report.changes = changes;
	m.report.n_changes = ARRAY_LEN(changes);
	make(&m, &options, &figures);
	ck_assert_uint_eq(figures.v.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct figure *f = &figures.v.v[i];
		bool sort = strcmp(f->title, "sort") == 0;

		ck_assert_uint_eq(f->series.v[0].v.n, sort ? 4 : 3);
		ck_assert_uint_eq(f->marks.n, sort ? 1 : 0);
	}
	figures_done(&figures);
	results_done(&m.results);
}
END_TEST

/* Outside of single quotes a script has numbers and our own words only. */
static void
expect_quoted(const char *script)
{
	bool quoted = false;

	for (const char *p = script; *p; p++) {
		if (*p == '\'')
			quoted = !quoted;
		else if (!quoted)
			ck_assert_msg(!strchr("`@", *p), "%.40s", p);
		if (*p == '\n')
			ck_assert(!quoted);
	}
}

START_TEST(no_name_commands_gnuplot)
{
	static const char *const names[] = {"`touch /tmp/x`", "a' ; system('x') #", "@HOME",
		"\n!date\n", "\\\"", "$d0_0 << EOD\nEOD"};
	static const char *const views[] = {"compare", "scatter", "sweep", "history"};
	struct made m;

	made_steps(&m);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t bench = add_bench(&m, names[i], names[i], names[i], names[i]);

		for (size_t rev = 0; rev < 4; rev++)
			set_values(&m, bench, rev, 1 + (double)(rev + i));
	}
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		struct plot_options options = {.view = views[i], .base = 1, .rev = 3};
		struct figures figures;
		scoped(str) script = STR_INIT;
		scoped(str) text = STR_INIT;

		make(&m, &options, &figures);
		plot_gnuplot(&figures, "svg", "/tmp/it's", &script);
		expect_quoted(script.p);
		plot_text(&figures, &(struct report_style){.width = 80}, &text);
		for (const char *p = text.p; *p; p++)
			ck_assert_msg((unsigned char)*p >= 0x20 || *p == '\n', "%s", views[i]);
		figures_done(&figures);
	}
	results_done(&m.results);
}
END_TEST

TEST_SUITE("report/plot", judged_rows_are_bars_and_points, a_square_law_has_the_exponent_two,
	heat_is_the_fold_and_worse_is_hot, history_has_bands_and_marks, no_name_commands_gnuplot)
