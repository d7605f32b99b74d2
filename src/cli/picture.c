#include "cli/picture.h"

#include "base/escape.h"

#include <math.h>
#include <string.h>

#define PATH_LEAST 10 /* columns */

static const char *
label_of(const struct bisect_view *v, size_t k)
{
	return v->results->revs.v[k].rev.label;
}

static const struct culprit *
searched(const struct bisect_view *v)
{
	for (size_t i = 0; i < v->n_culprits; i++)
		if (v->culprits[i].posterior)
			return &v->culprits[i];
	return NULL;
}

static void
add_label(const struct bisect_view *v, size_t k, struct str *out)
{
	escape_text(out, label_of(v, k));
}

static void
add_state(const struct bisect_view *v, struct str *out)
{
	const struct culprit *c = searched(v);

	if (c)
		str_addf(out, "%zu of %zu commits hold 99%%, ", c->n_set, c->n_positions - 1);
	str_addf(out, "%u built", v->builds - v->failed);
	if (v->failed)
		str_addf(out, ", %u could not be", v->failed);
}

void
picture_sentence(const struct bisect_view *v, struct str *out)
{
	if (v->what_for == CULPRIT_VERIFYING) {
		str_add(out, "verify: is there a change from ");
		add_label(v, v->against, out);
		str_add(out, " to ");
		add_label(v, v->rev, out);
		return;
	}
	str_add(out, v->what_for == CULPRIT_CONFIRMING ? "confirm "
		     : v->building                     ? "next to build: "
						       : "look at ");
	if (v->what_for == CULPRIT_CONFIRMING && v->rev != v->against) {
		add_label(v, v->rev, out);
		str_add(out, " against ");
		add_label(v, v->against, out);
	} else {
		/* In pairs with BAD it comes first. */
		size_t last = v->results->revs.n - 1;

		add_label(v, v->rev == last ? v->against : v->rev, out);
	}
	str_add(out, ": ");
	add_state(v, out);
}

/* ---- the path */

/* From nothing to all: eighths of a block. */
static const char *
bar_of(double share)
{
	static const char *const bars[] = {" ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585",
		"\u2586", "\u2587", "\u2588"};

	if (share < 1e-4)
		return " ";
	size_t i = (size_t)ceil(8 * sqrt(share));
	return bars[i > 8 ? 8 : i];
}

/* Of the commits in a column the most telling: next, good, bad, skipped. */
static char
mark_of(const struct bisect_view *v, const struct culprit *c, size_t from, size_t to)
{
	size_t last = v->results->revs.n - 1;
	char mark = ' ';

	for (size_t k = from; k < to; k++) {
		enum outcome_kind kind = v->results->revs.v[k].build.kind;

		if ((k == v->rev || k == v->against) && k != 0 && k != last)
			return '^';
		if (k == 0)
			mark = 'g';
		else if (k == last)
			mark = 'b';
		else if (kind != OUTCOME_OK && kind != OUTCOME_SKIPPED)
			mark = 'x';
		else if (c && isfinite(c->levels[k]))
			mark = c->levels[k] > c->levels[last] / 2 ? 'b' : 'g';
	}
	return mark;
}

void
picture_draw(const struct bisect_view *v, int width, struct str *lines)
{
	const struct culprit *c = searched(v);
	size_t n = v->results->revs.n;
	size_t columns = width > PATH_LEAST + 12 ? (size_t)width - 12 : PATH_LEAST;

	columns = columns < n ? columns : n;
	picture_sentence(v, &lines[0]);
	str_add(&lines[1], "likely    ");
	str_add(&lines[2], "tested    ");
	for (size_t i = 0; i < columns; i++) {
		size_t from = i * n / columns, to = (i + 1) * n / columns;
		double mass = 0;

		for (size_t k = from; c && k < to; k++)
			mass += c->posterior[k];
		str_add(&lines[1], c ? bar_of(mass) : " ");
		str_addc(&lines[2], mark_of(v, c, from, to));
	}
}
