/* Any two revisions, of any sweeps, held against each other: what `revsweep diff` says of them. */
#include "page.h"
#include "serve_priv.h"

#include "base/vec.h"
#include "core/grid_shape.h"
#include "report/report.h"
#include "sweep/diff.h"

#include <string.h>

/* "12" or "12:v1.4": all revisions of a sweep, or one. */
static int
parse_ref(struct asked *asked, const char *text, int64_t *ret_sweep, const char **ret_label,
	struct err *err)
{
	size_t n = strspn(text, "0123456789");
	int64_t sweep = 0;

	for (size_t i = 0; i < n && i < 18; i++)
		sweep = sweep * 10 + (text[i] - '0');
	*ret_sweep = sweep;
	*ret_label = text[n] ? text + n + 1 : NULL;
	if (n > 0 && n <= 18 && (!text[n] || (text[n] == ':' && text[n + 1])))
		return 0;
	asked->malformed = true;
	return err_set(err, ERR_USAGE,
		"'%s' is no stored run: say SWEEP:REVISION, such as 12:v1.4, or just SWEEP", text);
}

static bool
is_run(const char *name)
{
	return strcmp(name, "base") == 0 || strcmp(name, "candidate") == 0;
}

int
compare_sweeps(struct asked *asked, int64_t *ret, size_t most, size_t *ret_n, struct err *err)
{
	const struct target *target = asked->target;

	*ret_n = 0;
	for (size_t i = 0; i < target->n_params && *ret_n < most; i++) {
		const char *label;

		if (!is_run(target->params[i].name))
			continue;
		if (parse_ref(asked, target->params[i].value, &ret[*ret_n], &label, err) < 0)
			return -1;
		(*ret_n)++;
	}
	return 0;
}

/* Those that are bases first. */
static int
add_all(struct asked *asked, const char *name, struct grid *grid, struct err *err)
{
	const struct target *target = asked->target;

	for (size_t i = 0; i < target->n_params; i++) {
		const char *label;
		int64_t sweep;

		if (strcmp(target->params[i].name, name) != 0)
			continue;
		if (parse_ref(asked, target->params[i].value, &sweep, &label, err) < 0 ||
			loaded_check(asked->store, sweep, err) < 0 ||
			diff_add_sweep(grid, asked->store, sweep, label, err) < 0)
			return -1;
	}
	return 0;
}

typedef void (*writer)(const struct report *report, struct str *out);

static void
write_json(const struct report *report, struct str *out)
{
	report_format_find("json")->write(report, &(struct report_style){0}, out);
}

static void
write_charts(const struct report *report, struct str *out)
{
	report_page(report, CHARTS_SCRIPT, CHARTS_STYLE, out);
}

static int
write_report(struct asked *asked, const struct grid *grid, writer write, struct str *out,
	struct err *err)
{
	const struct serve_options *o = asked->options;
	struct points_policy policy = {
		.gates = o->gates,
		.n_gates = o->n_gates,
		.field = RUN_MEDIAN,
		.beta = o->beta,
		.two_sided = o->two_sided,
	};
	struct results results;
	struct report report;

	results_init(&results);
	int r = diff_report(grid, &policy, &results, asked->arena, &report, err);
	if (r == 0) {
		report.project = o->project;
		write(&report, out);
	}
	results_done(&results);
	return r;
}

/* "exclude=a,b", which may be repeated: names of parameters. An empty field of a form is none. */
static const char *const *
names_in(struct asked *asked, const char *name, size_t *ret_n)
{
	const struct target *target = asked->target;
	vec(const char *) list = {0};

	for (size_t i = 0; i < target->n_params; i++) {
		const char *p = target->params[i].value;

		if (strcmp(target->params[i].name, name) != 0)
			continue;
		while (*p) {
			size_t n = strcspn(p, ",");

			if (n)
				vec_add(&list, arena_strndup(asked->arena, p, n));
			p += n + (p[n] == ',');
		}
	}
	const char *const *names = arena_copy(asked->arena, list.v, list.n, sizeof(*list.v));
	*ret_n = list.n;
	vec_done(&list);
	return names;
}

/* As --exclude-param and --distinct-param of diff. ret is the grid itself, or made of it. */
static int
leave_out(struct asked *asked, const struct grid *grid, struct grid *made, const struct grid **ret,
	struct err *err)
{
	size_t n_excluded, n_distinct;
	const char *const *excluded = names_in(asked, "exclude", &n_excluded);
	const char *const *distinct = names_in(asked, "distinct", &n_distinct);

	*ret = grid;
	if (n_excluded + n_distinct == 0)
		return 0;
	asked->malformed = true; /* if anything is wrong, the address is */
	if (n_excluded && n_distinct)
		return err_set(err, ERR_USAGE, "exclude and distinct contradict each other");
	if (grid_ignore(grid, n_distinct ? distinct : excluded, n_excluded + n_distinct,
		    n_distinct > 0, made, err) < 0)
		return -1;
	asked->malformed = false;
	*ret = made;
	return 0;
}

static int
compare(struct asked *asked, writer write, struct str *out, struct err *err)
{
	struct grid grid = {0}, made = {0};
	const struct grid *compared;

	if (!target_param(asked->target, "base") || !target_param(asked->target, "candidate")) {
		asked->malformed = true;
		return err_set(err, ERR_USAGE,
			"what is to be compared? /compare?base=SWEEP:REVISION&"
			"candidate=SWEEP:REVISION");
	}
	int r = add_all(asked, "base", &grid, err);
	if (r == 0)
		r = add_all(asked, "candidate", &grid, err);
	if (r == 0)
		r = leave_out(asked, &grid, &made, &compared, err);
	if (r == 0)
		r = write_report(asked, compared, write, out, err);
	grid_done(&made);
	grid_done(&grid);
	return r;
}

int
at_compare_json(struct asked *asked, struct str *out, struct err *err)
{
	return compare(asked, write_json, out, err);
}

int
at_compare_charts(struct asked *asked, struct str *out, struct err *err)
{
	return compare(asked, write_charts, out, err);
}

/* ---- the page */

static const struct column facts[] = {
	{"what it means", "sentence", COLUMN_TEXT, NULL},
	{"verdict", "verdict", COLUMN_TEXT, NULL},
	{"exit code", "exit", COLUMN_COUNT, NULL},
};
static const struct column rows[] = {
	{"benchmark", "bench", COLUMN_TEXT, NULL},
	{"metric", "metric", COLUMN_TEXT, NULL},
	{"candidate", "rev", COLUMN_TEXT, NULL},
	{"base", "base_value", COLUMN_NUMBER, NULL},
	{"value", "value", COLUMN_NUMBER, NULL},
	{"change", "ratio", COLUMN_RATIO, NULL},
	{"verdict", "verdict", COLUMN_TEXT, NULL},
	{"gate", "gate", COLUMN_TEXT, NULL},
	{"status", "status", COLUMN_TEXT, NULL},
	{"why", "detail", COLUMN_TEXT, NULL},
};

static void
put_field(struct page *page, const struct target *target, const char *name, const char *placeholder)
{
	const char *value = target_param(target, name);

	page_open(page, "label", NULL);
	page_text(page, name);
	str_addf(page->out, " <input name=\"%s\" value=\"", name);
	page_text(page, value ? value : "");
	str_addf(page->out, "\" placeholder=\"%s\">", placeholder);
	page_close(page, "label");
}

static void
put_form(struct page *page, const struct target *target)
{
	str_add(page->out, "<form action=\"/compare\">\n");
	put_field(page, target, "base", "SWEEP:REVISION");
	put_field(page, target, "candidate", "SWEEP:REVISION");
	put_field(page, target, "exclude", "parameters that do not matter");
	put_field(page, target, "distinct", "or the only ones that do");
	str_add(page->out, "<button>Compare</button>\n");
	page_close(page, "form");
}

/* The same runs, drawn. */
static void
link_charts(struct page *page, const struct target *target)
{
	scoped(str) url = STR_INIT;

	str_add(&url, "/compare/charts");
	for (size_t i = 0; i < target->n_params; i++) {
		str_addf(&url, "%c%s=", i ? '&' : '?', target->params[i].name);
		target_encode(&url, target->params[i].value);
	}
	page_open(page, "p", "turns");
	page_link(page, url.p, "charts");
	page_close(page, "p");
}

int
at_compare_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (asked->target->n_params &&
		(at_compare_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0))
		return -1;
	page_begin(&page, "Compare");
	put_form(&page, asked->target);
	if (doc) {
		const struct json_val *root = json_root(doc);

		link_charts(&page, asked->target);
		page_facts(&page, root, facts, ARRAY_LEN(facts));
		page_table(
			&page, "Benchmarks", json_get(root, "rows"), rows, ARRAY_LEN(rows), NULL);
		page_sentences(&page, "Notes", json_get(root, "notes"));
	}
	page_end(&page);
	json_free(doc);
	return 0;
}
