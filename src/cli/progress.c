#include "cli/progress.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/vec.h"
#include "cli/picture.h"
#include "cli/talk.h"
#include "sys/clock.h"
#include "sys/term.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BAR 20
/* Columns: the rest of a worker's line is to be seen, too. */
#define LABEL_MOST 40
#define STEP_MOST 16

/* What a worker is at. */
struct worker_line {
	const char *label, *step; /* NULL: nothing */
	int64_t since_ns;         /* it took the build */
};

struct progress {
	const struct app *app;
	bool moving; /* a terminal that can redraw lines */
	pthread_mutex_t lock;
	size_t last_block;
	char last_what[128];
	/* Of the builds, while there are some and something moves. */
	bool building;
	vec(struct worker_line) workers; /* by number, from 1 */
	struct board_view view;
	int64_t view_ns;                   /* when it was so */
	struct str picture[PICTURE_LINES]; /* of a bisect, above all else that moves */
	size_t n_picture;
	bool over; /* the clock may stop */
	pthread_cond_t news;
	pthread_t clock;
	bool clock_runs;
};

static void
add_bar(struct str *out, size_t done, size_t total)
{
	size_t full = total ? BAR * done / total : 0;

	str_addc(out, '[');
	for (size_t i = 0; i < BAR; i++)
		str_addc(out, i < full ? '=' : i == full ? '>' : ' ');
	str_add(out, "] ");
}

static void
add_left(struct str *out, const struct sweep_status *s)
{
	char left[32];

	if (isfinite(s->left_s))
		str_addf(out, ", %s left", format_duration(s->left_s, left, sizeof(left)));
}

/* A moving line says first what matters most: its end may be cut off. */
static void
describe_block(const struct sweep_status *s, bool moving, struct str *out)
{
	if (moving) {
		add_bar(out, s->done, s->total);
		str_addf(out, "block %zu/%zu", s->done + 1, s->total);
		add_left(out, s);
		if (s->rows)
			str_addf(out, ", %zu of %zu undecided", s->undecided, s->rows);
		str_add(out, ", ");
		escape_text(out, s->what);
		str_add(out, " on ");
		escape_text(out, s->rev);
		return;
	}
	str_addf(out, "block %zu of %s%zu, ", s->done + 1, s->rows ? "at most " : "", s->total);
	escape_text(out, s->what);
	if (s->rows)
		str_addf(out, ", %zu of %zu undecided", s->undecided, s->rows);
	add_left(out, s);
}

static void
describe(const struct sweep_status *s, bool moving, struct str *out)
{
	switch (s->phase) {
	case SWEEP_BUILD:
		str_add(out, "build ");
		escape_text(out, s->rev);
		str_add(out, ": ");
		escape_text(out, s->what);
		return;
	case SWEEP_WAIT:
		str_add(out, "waiting: ");
		escape_text(out, s->what);
		return;
	case SWEEP_WARMUP:
		str_add(out, "warm up ");
		escape_text(out, s->what);
		str_add(out, " on ");
		escape_text(out, s->rev);
		return;
	case SWEEP_MEASURE:
		describe_block(s, moving, out);
		return;
	case SWEEP_BISECT:
		picture_sentence(s->bisect, out);
		return;
	case SWEEP_CONFIRM:
		str_add(out, "confirm ");
		escape_text(out, s->what);
		str_add(out, " between ");
		escape_text(out, s->against);
		str_add(out, " and ");
		escape_text(out, s->rev);
		return;
	}
}

/* ---- the lines of workers */

/* "00:12", "1:02:03" */
static void
add_clock(struct str *out, int64_t ns)
{
	int64_t s = ns / 1000000000;

	if (s >= 3600)
		str_addf(out, "%d:", (int)(s / 3600));
	str_addf(out, "%02d:%02d", (int)(s / 60 % 60), (int)(s % 60));
}

/* Whole seconds: nobody knows better. */
static void
add_seconds(struct str *out, double s)
{
	char buf[32];

	if (s < 119.5)
		str_addf(out, "%d s", (int)ceil(s));
	else
		str_add(out, format_duration(s, buf, sizeof(buf)));
}

/* What was left then, less what has passed since. out is empty. */
static bool
write_range(struct str *out, const struct forecast_range *range, double passed_s)
{
	scoped(str) late = STR_INIT;

	if (!isfinite(range->p50))
		return false;
	add_seconds(out, fmax(1, range->p50 - passed_s));
	if (!isfinite(range->p90)) {
		str_add(out, " or more");
		return true;
	}
	add_seconds(&late, fmax(1, range->p90 - passed_s));
	if (strcmp(out->p, late.p) != 0)
		str_addf(out, " to %s", late.p);
	return true;
}

/* "7 of 12 built, 2 failed, 4m 00s to 6m 10s left, 10m 30s to 31m 00s with the measuring" */
static void
add_summary(const struct progress *p, struct str *out)
{
	const struct board_view *v = &p->view;
	double passed_s = (double)(clock_monotonic_ns() - p->view_ns) * 1e-9;
	scoped(str) builds = STR_INIT;
	scoped(str) all = STR_INIT;

	str_addf(out, "%zu of %zu built", v->built, v->total);
	if (v->failed)
		str_addf(out, ", %zu failed", v->failed);
	if (write_range(&builds, &v->builds_s, passed_s))
		str_addf(out, ", %s left", builds.p);
	if (v->all_s.p50 > v->builds_s.p50 && write_range(&all, &v->all_s, passed_s))
		str_addf(out, ", %s with the measuring", all.p);
}

static void
pad(struct str *out, const char *text, int width)
{
	int columns = text_width(text);

	str_add(out, text);
	for (; columns < width; columns++)
		str_addc(out, ' ');
}

/* A foreign text of at most so many columns. */
static char *
shorten(const char *text, int most)
{
	struct str out = STR_INIT;

	escape_text(&out, text);
	while (text_width(out.p) > most) {
		do
			out.n--;
		while (out.n && ((unsigned char)out.p[out.n] & 0xc0) == 0x80);
		out.p[out.n] = '\0';
	}
	return str_detach(&out);
}

/* The widths of the columns. */
struct widths {
	int label, step;
};

static void
add_worker(const struct worker_line *w, size_t number, const struct widths *widths, struct str *out)
{
	scoped_free char *label = shorten(w->label, LABEL_MOST);
	scoped_free char *step = shorten(w->step, STEP_MOST);

	str_addf(out, "worker %zu  ", number);
	pad(out, label, widths->label);
	str_add(out, "  ");
	pad(out, step, widths->step);
	str_add(out, "  ");
	add_clock(out, clock_monotonic_ns() - w->since_ns);
}

static int
wider(int width, const char *text, int most)
{
	scoped_free char *shown = shorten(text, most);
	int own = text_width(shown);

	return own > width ? own : width;
}

static struct widths
widths_of(const struct progress *p)
{
	struct widths widths = {0};

	for (size_t i = 0; i < p->workers.n; i++) {
		const struct worker_line *w = &p->workers.v[i];

		if (!w->label)
			continue;
		widths.label = wider(widths.label, w->label, LABEL_MOST);
		widths.step = wider(widths.step, w->step, STEP_MOST);
	}
	return widths;
}

static size_t
n_busy(const struct progress *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->workers.n; i++)
		n += p->workers.v[i].label != NULL;
	return n;
}

/* What moves, below the picture of a bisect where there is room for both. */
static void
draw(const struct progress *p, const struct str *lines, size_t n)
{
	size_t above = p->n_picture + n <= talk_room() ? p->n_picture : 0;
	struct str *all = xcalloc(above + n + 1, sizeof(*all));

	for (size_t i = 0; i < above; i++)
		all[i] = p->picture[i];
	for (size_t i = 0; i < n; i++)
		all[above + i] = lines[i];
	talk_move(all, above + n);
	free(all);
}

/* A line a worker, as many as there is room for, and a summary. */
static void
draw_builds(const struct progress *p)
{
	size_t busy = n_busy(p), room = talk_room(), n = 0;
	size_t shown = busy + 1 <= room ? busy : room > 2 ? room - 2 : 0;
	struct str *lines = xcalloc(shown + 2, sizeof(*lines));
	struct widths widths = widths_of(p);

	for (size_t i = 0; i < shown + 2; i++)
		lines[i] = (struct str)STR_INIT;
	for (size_t i = 0; i < p->workers.n && n < shown; i++)
		if (p->workers.v[i].label)
			add_worker(&p->workers.v[i], i + 1, &widths, &lines[n++]);
	if (shown < busy && room > 1)
		str_addf(&lines[n++], "and %zu more workers", busy - shown);
	add_summary(p, &lines[n++]);
	draw(p, lines, n);
	for (size_t i = 0; i < shown + 2; i++)
		str_done(&lines[i]);
	free(lines);
}

static void
note_worker(struct progress *p, const struct sweep_status *s)
{
	while (p->workers.n < s->worker)
		vec_add(&p->workers, (struct worker_line){0});
	struct worker_line *w = &p->workers.v[s->worker - 1];
	if (s->what && !w->label)
		w->since_ns = clock_monotonic_ns();
	w->label = s->what ? s->rev : NULL;
	w->step = s->what;
}

static void
move_builds(struct progress *p, const struct sweep_status *s)
{
	p->building = true;
	p->view = s->builds;
	p->view_ns = clock_monotonic_ns();
	if (s->worker)
		note_worker(p, s);
	if (!s->worker && s->failed) {
		scoped(str) line = STR_INIT;

		str_add(&line, "revsweep: ");
		describe(s, false, &line);
		str_addc(&line, '\n');
		talk_line(line.p);
	}
	draw_builds(p);
}

/* Once a second the lines of workers show how long they are at it. */
static void *
run_clock(void *arg)
{
	struct progress *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->over) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&p->news, &p->lock, &until);
		if (p->building && !p->over)
			draw_builds(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* ---- one line */

/* The same commit is looked at by turns with either end. */
static void
name_stage(const struct bisect_view *v, char *ret, size_t size)
{
	size_t last = v->results->revs.n - 1;
	size_t at = v->what_for != CULPRIT_CONFIRMING && v->rev == last ? v->against : v->rev;

	snprintf(ret, size, "%s %zu %d", culprit_state_name(v->what_for), at, v->building);
}

/* Off a terminal a block is one line, whichever revision it is at. */
static bool
is_news(struct progress *p, const struct sweep_status *s)
{
	if (s->phase == SWEEP_CONFIRM || s->phase == SWEEP_BISECT) {
		char place[sizeof(p->last_what)];

		if (s->phase == SWEEP_BISECT)
			name_stage(s->bisect, place, sizeof(place));
		else
			snprintf(place, sizeof(place), "%s %s %s", s->what, s->against, s->rev);
		bool same = strcmp(p->last_what, place) == 0;
		memcpy(p->last_what, place, sizeof(place));
		return !same;
	}
	if (s->phase == SWEEP_BUILD)
		return s->what != NULL;
	if (s->phase != SWEEP_MEASURE)
		return true;
	if (s->done == p->last_block && strcmp(p->last_what, s->what) == 0)
		return false;
	p->last_block = s->done;
	snprintf(p->last_what, sizeof(p->last_what), "%s", s->what);
	return true;
}

static void
note_picture(struct progress *p, const struct bisect_view *view)
{
	for (size_t i = 0; i < PICTURE_LINES; i++)
		str_clear(&p->picture[i]);
	picture_draw(view, term_width(2), p->picture);
	p->n_picture = PICTURE_LINES;
}

static void
move_line(struct progress *p, const struct sweep_status *status)
{
	scoped(str) text = STR_INIT;

	p->building = false;
	if (status->phase == SWEEP_BISECT) {
		note_picture(p, status->bisect);
		draw(p, NULL, 0);
		return;
	}
	describe(status, true, &text);
	draw(p, &text, 1);
}

static void
print_line(struct progress *p, const struct sweep_status *status)
{
	scoped(str) text = STR_INIT;

	if (!is_news(p, status))
		return;
	str_add(&text, "revsweep: ");
	describe(status, false, &text);
	str_addc(&text, '\n');
	talk_line(text.p);
}

static void
step(void *arg, const struct sweep_status *status)
{
	struct progress *p = arg;

	if (p->app->args.quiet)
		return;
	pthread_mutex_lock(&p->lock);
	if (!p->moving)
		print_line(p, status);
	else if (status->phase == SWEEP_BUILD)
		move_builds(p, status);
	else
		move_line(p, status);
	pthread_mutex_unlock(&p->lock);
}

struct progress *
progress_new(const struct app *app)
{
	struct progress *p = xcalloc(1, sizeof(*p));
	pthread_condattr_t monotonic;

	p->app = app;
	p->moving = talk_can_move();
	p->last_block = (size_t)-1;
	for (size_t i = 0; i < PICTURE_LINES; i++)
		str_init(&p->picture[i], STR_MAX);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&p->news, &monotonic);
	pthread_condattr_destroy(&monotonic);
	/* Without it the lines only move when something happens. */
	p->clock_runs =
		p->moving && !app->args.quiet && pthread_create(&p->clock, NULL, run_clock, p) == 0;
	return p;
}

struct sweep_progress
progress_hook(struct progress *p)
{
	return (struct sweep_progress){step, p};
}

void
progress_free(struct progress *p)
{
	pthread_mutex_lock(&p->lock);
	p->over = true;
	pthread_cond_signal(&p->news);
	pthread_mutex_unlock(&p->lock);
	if (p->clock_runs)
		pthread_join(p->clock, NULL);
	if (p->moving && !p->app->args.quiet)
		talk_move(NULL, 0);
	pthread_cond_destroy(&p->news);
	pthread_mutex_destroy(&p->lock);
	vec_done(&p->workers);
	for (size_t i = 0; i < PICTURE_LINES; i++)
		str_done(&p->picture[i]);
	free(p);
}
