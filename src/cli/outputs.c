#include "cli/outputs.h"

#include "base/suggest.h"
#include "base/vec.h"
#include "cli/talk.h"
#include "sys/fs.h"
#include "sys/term.h"

#include <ctype.h>
#include <string.h>

#define SUMMARY_FILE "GITHUB_STEP_SUMMARY"
#define FILE_WIDTH 100
#define MARKER_MAX 100
#define REPORT_TEXT_MAX ((size_t)1 << 30) /* bytes: a row takes some 700 as JSON */

void
outputs_formats(struct str *out)
{
	size_t n;
	const struct report_format *formats = report_formats(&n);

	for (size_t i = 0; i < n; i++)
		str_addf(out, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", formats[i].name);
}

/* ---- choosing */

static int
find_format(const char *name, const struct report_format **ret, struct err *err)
{
	scoped(str) known = STR_INIT;
	scoped_free const char **names = NULL;
	size_t n;
	const struct report_format *formats = report_formats(&n);

	*ret = report_format_find(name);
	if (*ret)
		return 0;
	names = xcalloc(n, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = formats[i].name;
	outputs_formats(&known);
	const char *near = suggest(name, names, n);
	return err_set(err, ERR_USAGE, "unknown format '%.60s' (%s)%s%s%s", name, known.p,
		near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int
outputs_main_format(const struct app *app, const struct report_format **ret, struct err *err)
{
	const char *output = app->args.output;

	if (app->args.format)
		return find_format(app->args.format, ret, err);
	*ret = output ? report_format_of(output) : NULL;
	if (!*ret)
		*ret = report_format_find("text");
	return 0;
}

static int
no_suffix(const char *path, struct err *err)
{
	scoped(str) known = STR_INIT;
	size_t n;
	const struct report_format *formats = report_formats(&n);

	for (size_t i = 0; i < n; i++)
		if (formats[i].suffix)
			str_addf(&known, "%s%s (%s)", known.n ? ", " : "", formats[i].suffix,
				formats[i].name);
	return err_set(err, ERR_USAGE,
		"--report does not know the format of '%.200s' by its name: suffixes are %s; or "
		"say it, --report FORMAT:%.200s",
		path, known.p, path);
}

/* "FORMAT:FILE" or "FILE.SUFFIX". What looks like a format that is none is no part of a name. */
static int
parse_report(struct app *app, const char *text, struct output *ret, struct err *err)
{
	size_t n = 0;

	while (isalpha((unsigned char)text[n]))
		n++;
	if (n && text[n] == ':') {
		scoped_free char *name = xstrndup(text, n);

		if (find_format(name, &ret->format, err) < 0)
			return err_wrap(err, "--report %.200s", text);
		text += n + 1;
	} else {
		ret->format = report_format_of(text);
	}
	if (!*text)
		return err_set(err, ERR_USAGE, "--report names no file");
	if (!ret->format)
		return no_suffix(text, err);
	ret->path = arena_strdup(&app->arena, text);
	ret->way = strcmp(text, "-") == 0 ? OUTPUT_STDOUT : OUTPUT_FILE;
	if (ret->way == OUTPUT_FILE && fs_check_writable(text, err) < 0)
		return err_wrap(err, "--report");
	return 0;
}

static int
check_marker(const struct app *app, struct err *err)
{
	const char *marker = app->args.marker;
	size_t n = marker ? strlen(marker) : 1;

	for (size_t i = 0; marker && i < n; i++)
		if (!isalnum((unsigned char)marker[i]) && !strchr("._-/", marker[i]))
			return err_set(err, ERR_USAGE,
				"--marker takes letters, digits and '.', '_', '-' or '/', not "
				"'%.100s'",
				marker);
	/* Two of them end a comment of HTML. */
	if (n == 0 || n > MARKER_MAX || (marker && strstr(marker, "--")))
		return err_set(err, ERR_USAGE,
			"--marker takes a name of 1 to %d characters without '--'", MARKER_MAX);
	return 0;
}

/* Two reports of which only the later would be left. */
static int
check_twins(const struct app *app, const struct outputs *outputs, struct err *err)
{
	for (size_t i = 1; i < outputs->n; i++) {
		const struct output *o = &outputs->v[i];
		bool twin = str_eq(app->args.output, o->path);

		for (size_t k = 1; k < i; k++)
			twin = twin || str_eq(outputs->v[k].path, o->path);
		if (o->way == OUTPUT_FILE && twin)
			return err_set(err, ERR_USAGE, "'%s' is named for two reports", o->path);
	}
	return 0;
}

static int
check_calibration(const struct outputs *outputs, struct err *err)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (strcmp(outputs->v[i].format->name, "text") != 0 &&
			strcmp(outputs->v[i].format->name, "json") != 0)
			return err_set(err, ERR_USAGE,
				"a calibration is written as text or json, not as %s",
				outputs->v[i].format->name);
	return 0;
}

static struct output *
outputs_add(struct outputs *outputs, const char *format, enum output_way way)
{
	outputs->v = xreallocarray(outputs->v, outputs->n + 1, sizeof(*outputs->v));
	struct output *o = &outputs->v[outputs->n++];

	*o = (struct output){.way = way, .format = format ? report_format_find(format) : NULL};
	str_init(&o->text, REPORT_TEXT_MAX);
	return o;
}

static int
add_summary(struct outputs *outputs, struct err *err)
{
	const char *path = getenv(SUMMARY_FILE);

	if (!path || !*path)
		return err_set(err, ERR_USAGE,
			"--summary writes to the file that " SUMMARY_FILE
			" names, and that is not set here: only jobs of GitHub Actions and the "
			"like have one; elsewhere there is --report");
	outputs_add(outputs, "markdown", OUTPUT_APPENDED)->path = path;
	return fs_check_writable(path, err) < 0 ? err_wrap(err, SUMMARY_FILE) : 0;
}

/* Unless somebody asked for the same where the runner reads it anyway. */
static bool
is_annotated(const struct app *app, const struct outputs *outputs)
{
	bool elsewhere = app->args.output && strcmp(app->args.output, "-") != 0;

	if (app->args.no_annotations || !talk_runner())
		return false;
	for (size_t i = 0; i < outputs->n; i++) {
		const struct output *o = &outputs->v[i];
		bool shown = o->way == OUTPUT_STDOUT || (o->way == OUTPUT_MAIN && !elsewhere);

		if (shown && strcmp(o->format->name, "github") == 0)
			return false;
	}
	return true;
}

static int
choose(struct app *app, bool annotate, bool calibration, struct outputs *ret, struct err *err)
{
	const char *output = app->args.output;

	if (outputs_main_format(app, &outputs_add(ret, NULL, OUTPUT_MAIN)->format, err) < 0)
		return -1;
	if (output && strcmp(output, "-") != 0 && fs_check_writable(output, err) < 0)
		return err_wrap(err, "--output");
	for (size_t i = 0; i < app->args.reports.n; i++)
		if (parse_report(app, app->args.reports.v[i], outputs_add(ret, NULL, OUTPUT_FILE),
			    err) < 0)
			return -1;
	if (check_twins(app, ret, err) < 0 || check_marker(app, err) < 0)
		return -1;
	if (app->args.summary && add_summary(ret, err) < 0)
		return -1;
	if (calibration)
		return check_calibration(ret, err);
	if (annotate && is_annotated(app, ret))
		outputs_add(ret, "github", OUTPUT_STDERR);
	return 0;
}

int
outputs_choose(
	struct app *app, bool annotate, bool calibration, struct outputs *ret, struct err *err)
{
	struct outputs chosen = {0};

	if (choose(app, annotate, calibration, &chosen, err) < 0) {
		outputs_done(&chosen);
		return -1;
	}
	*ret = chosen;
	return 0;
}

void
outputs_done(struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		str_done(&outputs->v[i].text);
	free(outputs->v);
	*outputs = (struct outputs){0};
}

/* ---- writing */

bool
outputs_detailed(const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (outputs->v[i].format->detailed)
			return true;
	return false;
}

static struct report_style
style_of(const struct app *app, const struct output *o)
{
	bool shown = o->way == OUTPUT_STDOUT ||
		     (o->way == OUTPUT_MAIN &&
			     (!app->args.output || strcmp(app->args.output, "-") == 0));

	return (struct report_style){
		.width = shown ? term_width(1) : FILE_WIDTH,
		.color = shown && app_color(app, 1),
		.verbose = app->args.verbose - app->args.quiet,
		.marker = app->args.marker,
	};
}

void
outputs_report(const struct app *app, const struct report *report, struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct output *o = &outputs->v[i];
		const struct report_style style = style_of(app, o);

		str_clear(&o->text);
		o->format->write(report, &style, &o->text);
	}
}

void
outputs_calibration(
	const struct app *app, const struct calibration *calibration, struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct output *o = &outputs->v[i];
		const struct report_style style = style_of(app, o);

		str_clear(&o->text);
		report_calibration(
			calibration, strcmp(o->format->name, "json") == 0, &style, &o->text);
	}
}

static int
write_one(struct app *app, const struct output *o, struct err *err)
{
	bool lines = strcmp(o->format->name, "text") == 0;

	if (o->text.full)
		return err_set(err, ERR_RESOURCES, "a report as %s is larger than %zu MiB",
			o->format->name, o->text.max >> 20);
	switch (o->way) {
	case OUTPUT_MAIN:
		return lines ? app_print_lines(app, &o->text, err) : app_print(app, &o->text, err);
	case OUTPUT_FILE:
		return fs_write_to(o->path, o->text.p, o->text.n, err);
	case OUTPUT_APPENDED:
		return fs_append(o->path, o->text.p, o->text.n, err);
	case OUTPUT_STDOUT:
		return app_print_stdout(app, &o->text, lines, err);
	case OUTPUT_STDERR:
		talk_commands(o->text.p);
		break;
	}
	return 0;
}

int
outputs_write(struct app *app, const struct outputs *outputs, struct err *err)
{
	struct err first = ERR_INIT;

	for (size_t i = outputs->n; i-- > 0;) {
		struct err later = ERR_INIT;

		if (write_one(app, &outputs->v[i], &later) < 0 && first.kind == ERR_NONE)
			first = later;
	}
	if (first.kind == ERR_NONE)
		return 0;
	*err = first;
	return -1;
}
