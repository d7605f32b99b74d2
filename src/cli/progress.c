#include "cli/progress.h"

#include "base/escape.h"
#include "base/format.h"
#include "sys/term.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define BAR 20

struct progress {
	const struct app *app;
	bool moving; /* a terminal that can redraw a line */
	pthread_mutex_t lock;
	size_t last_block;
	char last_what[128];
};

struct progress *
progress_new(const struct app *app)
{
	struct progress *p = xcalloc(1, sizeof(*p));
	const char *term = getenv("TERM");

	p->app = app;
	p->moving = term_is_tty(2) && term && strcmp(term, "dumb") != 0;
	p->last_block = (size_t)-1;
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

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

/* Cut to the terminal, redrawn in place. */
static void
draw_line(const struct str *text)
{
	int width = term_width(2) - 1;
	size_t n = text->n;

	while (n && text_width(text->p) > width && n > (size_t)width)
		n--;
	fprintf(stderr, "\r\033[K%.*s", (int)n, text->p);
	fflush(stderr);
}

/* Off a terminal a block is one line, whichever revision it is at. */
static bool
is_news(struct progress *p, const struct sweep_status *s)
{
	if (s->phase == SWEEP_CONFIRM) {
		char place[sizeof(p->last_what)];

		snprintf(place, sizeof(place), "%s %s %s", s->what, s->against, s->rev);
		bool same = strcmp(p->last_what, place) == 0;
		memcpy(p->last_what, place, sizeof(place));
		return !same;
	}
	if (s->phase != SWEEP_MEASURE)
		return true;
	if (s->done == p->last_block && strcmp(p->last_what, s->what) == 0)
		return false;
	p->last_block = s->done;
	snprintf(p->last_what, sizeof(p->last_what), "%s", s->what);
	return true;
}

static void
step(void *arg, const struct sweep_status *status)
{
	struct progress *p = arg;
	scoped(str) text = STR_INIT;

	if (p->app->args.quiet)
		return;
	pthread_mutex_lock(&p->lock);
	describe(status, p->moving, &text);
	if (p->moving)
		draw_line(&text);
	else if (is_news(p, status))
		fprintf(stderr, "revsweep: %s\n", text.p);
	pthread_mutex_unlock(&p->lock);
}

struct sweep_progress
progress_hook(struct progress *p)
{
	return (struct sweep_progress){step, p};
}

void
progress_free(struct progress *p)
{
	if (p->moving && !p->app->args.quiet)
		fputs("\r\033[K", stderr);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
