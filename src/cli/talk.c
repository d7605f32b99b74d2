#include "cli/talk.h"

#include "base/escape.h"
#include "base/vec.h"
#include "sys/stop.h"
#include "sys/term.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* What is on the terminal and moves; the cursor stands at the beginning of the line below it, where
 * ^C and what comes after a kill are written. */
static struct {
	pthread_mutex_t lock;
	vec(struct str) lines;
} screen = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool
talk_can_move(void)
{
	const char *term = getenv("TERM");

	return term_is_tty(2) && term && strcmp(term, "dumb") != 0;
}

size_t
talk_room(void)
{
	int height = term_height(2);

	return height > 3 ? (size_t)height - 2 : 1;
}

/* As much of a text as fits, in whole characters. */
static void
add_cut(struct str *out, const struct str *text, int width)
{
	scoped(str) cut = STR_INIT;
	unsigned point;

	for (size_t i = 0, k; i < text->n; i += k) {
		k = utf8_decode(text->p + i, text->n - i, &point);
		if (k == 0)
			break;
		str_addn(&cut, text->p + i, k);
		if (text_width(cut.p) > width)
			break;
		str_addn(out, text->p + i, k);
	}
}

/* Rows that the lines take by now: a terminal that was made narrower has wrapped them. */
static size_t
rows_drawn(void)
{
	int width = term_width(2);
	size_t rows = 0;

	for (size_t i = 0; i < screen.lines.n; i++) {
		int columns = text_width(screen.lines.v[i].p);

		rows += columns > width ? (size_t)((columns + width - 1) / width) : 1;
	}
	return rows;
}

static void
add_return(struct str *out)
{
	size_t rows = rows_drawn();

	str_addc(out, '\r');
	if (rows)
		str_addf(out, "\033[%zuA", rows);
}

static void
add_lines(struct str *out)
{
	for (size_t i = 0; i < screen.lines.n; i++)
		str_addf(out, "%s\033[K\n", screen.lines.v[i].p);
	str_add(out, "\033[J");
}

/* In one write: nothing of another process comes between. */
static void
put(const struct str *text)
{
	fwrite(text->p, 1, text->n, stderr);
	fflush(stderr);
}

bool
talk_runner(void)
{
	return str_eq(getenv("GITHUB_ACTIONS"), "true");
}

void
talk_line(const char *line)
{
	scoped(str) safe = STR_INIT;

	if (talk_runner())
		escape_commands(&safe, line);
	talk_commands(safe.n ? safe.p : line);
}

void
talk_commands(const char *lines)
{
	scoped(str) out = STR_INIT;

	pthread_mutex_lock(&screen.lock);
	if (screen.lines.n) {
		add_return(&out);
		str_add(&out, "\033[J");
	} else if (stop_requested() && talk_can_move()) {
		str_add(&out, "\r\033[K"); /* over the ^C that the terminal shows */
	}
	str_add(&out, lines);
	if (screen.lines.n)
		add_lines(&out);
	put(&out);
	pthread_mutex_unlock(&screen.lock);
}

static void
keep(const struct str *lines, size_t n)
{
	int width = term_width(2) - 1;

	for (size_t i = 0; i < screen.lines.n; i++)
		str_done(&screen.lines.v[i]);
	screen.lines.n = 0;
	for (size_t i = 0; i < n; i++) {
		struct str cut = STR_INIT;

		add_cut(&cut, &lines[i], width);
		vec_add(&screen.lines, cut);
	}
	if (n == 0)
		vec_done(&screen.lines);
}

void
talk_move(const struct str *lines, size_t n)
{
	scoped(str) out = STR_INIT;
	size_t room = talk_room();

	pthread_mutex_lock(&screen.lock);
	if (n || screen.lines.n) {
		add_return(&out);
		keep(lines, n < room ? n : room);
		add_lines(&out);
		put(&out);
	}
	pthread_mutex_unlock(&screen.lock);
}
