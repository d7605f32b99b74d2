/* Which commits a range holds. Both ends are painted downward at the same time, the newest commit
 * first, until no commit is left that only one of them reaches. libgit2 has a walk too, but it
 * trusts the dates of commits and does not know where a shallow clone ends. */
#include "source/history.h"

#include <stdint.h>
#include <string.h>

#define FROM_A 1u
#define FROM_B 2u

/* Dates may lie: so many commits more are looked at after everything seems to be said. */
#define SLOP 1000

struct node {
	struct repo_id id;
	int64_t date;
	size_t parents; /* where they begin in walk.parents */
	unsigned n_parents;
	unsigned char colour;
	bool waiting;      /* in the heap */
	bool cut;          /* a parent is not in this shallow clone */
	unsigned children; /* while sorting */
};

struct walk {
	struct repo *repo;
	bool shallow, all_parents, symmetric;
	vec(struct node) nodes;
	vec(uint32_t) parents;
	vec(uint32_t) heap; /* of nodes, the newest on top */
	uint32_t *table;    /* id -> node + 1, open addressing */
	size_t table_size;
	size_t open; /* nodes in the heap that one side only reaches */
	struct repo_parents scratch;
};

static void
walk_done(struct walk *w)
{
	vec_done(&w->nodes);
	vec_done(&w->parents);
	vec_done(&w->heap);
	free(w->table);
	repo_parents_done(&w->scratch);
}

void
history_done(struct history *history)
{
	vec_done(&history->ids);
}

/* ---- nodes by id ---- */

static size_t
slot_of(const struct walk *w, const struct repo_id *id)
{
	uint64_t hash;

	memcpy(&hash, id->raw, sizeof(hash)); /* ids are digests already */
	size_t slot = hash & (w->table_size - 1);
	while (w->table[slot] && memcmp(&w->nodes.v[w->table[slot] - 1].id, id, sizeof(*id)) != 0)
		slot = (slot + 1) & (w->table_size - 1);
	return slot;
}

static void
grow_table(struct walk *w)
{
	if (w->nodes.n * 2 < w->table_size)
		return;
	free(w->table);
	w->table_size = w->table_size ? w->table_size * 2 : 1024;
	w->table = xcalloc(w->table_size, sizeof(*w->table));
	for (size_t i = 0; i < w->nodes.n; i++)
		w->table[slot_of(w, &w->nodes.v[i].id)] = (uint32_t)i + 1;
}

static int
missing(const struct repo_id *id, struct err *err)
{
	char hex[REPO_ID_HEX];

	repo_id_hex(id, hex);
	return err_set(err, ERR_SOURCE,
		"commit %s is missing: the repository is damaged or incomplete (git fsck tells "
		"more)",
		hex);
}

static int
ends_here(const struct repo_id *id, struct err *err)
{
	char hex[REPO_ID_HEX];

	repo_id_hex(id, hex);
	return err_set(err, ERR_SOURCE,
		"the history ends at %.12s (this is a shallow clone; git fetch --unshallow brings "
		"the rest of the history)",
		hex);
}

/* ---- the heap ---- */

static bool
is_newer(const struct walk *w, uint32_t a, uint32_t b)
{
	const struct node *x = &w->nodes.v[a], *y = &w->nodes.v[b];

	if (x->date != y->date)
		return x->date > y->date;
	return memcmp(&x->id, &y->id, sizeof(x->id)) > 0;
}

static void
heap_add(struct walk *w, uint32_t node)
{
	vec_add(&w->heap, node);
	uint32_t *v = w->heap.v;
	for (size_t i = w->heap.n - 1; i > 0 && is_newer(w, v[i], v[(i - 1) / 2]);
		i = (i - 1) / 2) {
		uint32_t other = v[(i - 1) / 2];

		v[(i - 1) / 2] = v[i];
		v[i] = other;
	}
}

static uint32_t
heap_take(struct walk *w)
{
	uint32_t *v = w->heap.v, top = v[0];
	size_t n = --w->heap.n;

	v[0] = v[n];
	for (size_t i = 0;;) {
		size_t best = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
			if (is_newer(w, v[child], v[best]))
				best = child;
		if (best == i)
			return top;
		uint32_t other = v[best];
		v[best] = v[i];
		v[i] = other;
		i = best;
	}
}

/* ---- painting ---- */

static bool
is_wanted(const struct walk *w, const struct node *node)
{
	return w->symmetric ? node->colour == FROM_A || node->colour == FROM_B
			    : node->colour == FROM_B;
}

static void
paint(struct walk *w, uint32_t at, unsigned colour)
{
	struct node *node = &w->nodes.v[at];

	if ((node->colour | colour) == node->colour)
		return;
	w->open -= node->waiting && is_wanted(w, node);
	node->colour |= (unsigned char)colour;
	w->open += is_wanted(w, node);
	if (!node->waiting)
		heap_add(w, at);
	node->waiting = true;
}

/* The node of a commit, made when it is new. *ret_found false: there is no such commit. */
static int
find_node(struct walk *w, const struct repo_id *id, bool *ret_found, uint32_t *ret, struct err *err)
{
	struct node node = {.id = *id, .parents = SIZE_MAX};

	grow_table(w);
	size_t slot = slot_of(w, id);
	*ret_found = true;
	if (w->table[slot]) {
		*ret = w->table[slot] - 1;
		return 0;
	}
	if (repo_parents(w->repo, id, ret_found, &w->scratch, err) < 0)
		return -1;
	if (!*ret_found)
		return 0;
	if (w->nodes.n == HISTORY_COMMITS_MAX)
		return err_set(err, ERR_SOURCE,
			"it takes more than %d commits to tell what is in between",
			HISTORY_COMMITS_MAX);
	node.date = w->scratch.date;
	*ret = (uint32_t)w->nodes.n;
	vec_add(&w->nodes, node);
	w->table[slot] = *ret + 1;
	return 0;
}

/* Looks up the parents of a node: once, and only when it is its turn. */
static int
find_parents(struct walk *w, uint32_t at, struct err *err)
{
	struct repo_parents list = {0};
	struct repo_id id = w->nodes.v[at].id;
	bool found = false, cut = false;
	uint32_t parent = 0;
	size_t first = w->parents.n;
	int r = 0;

	if (w->nodes.v[at].parents != SIZE_MAX)
		return 0;
	r = repo_parents(w->repo, &id, &found, &list, err);
	for (size_t i = 0; r == 0 && i < list.ids.n; i++) {
		r = find_node(w, &list.ids.v[i], &found, &parent, err);
		if (r == 0 && found)
			vec_add(&w->parents, parent);
		else if (r == 0 && w->shallow)
			cut = true;
		else if (r == 0)
			r = missing(&list.ids.v[i], err);
	}
	repo_parents_done(&list);
	if (r < 0)
		return -1;
	struct node *node = &w->nodes.v[at];
	node->parents = first;
	node->n_parents = (unsigned)(w->parents.n - first);
	node->cut = cut;
	return 0;
}

/* How many parents take the colour: the range along first parents needs no others. */
static unsigned
passed_on(const struct walk *w, const struct node *node)
{
	bool first_only = !w->all_parents && !w->symmetric && is_wanted(w, node);

	return first_only && node->n_parents > 1 ? 1 : node->n_parents;
}

static int
paint_all(struct walk *w, const struct repo_id *a, const struct repo_id *b, uint32_t tips[2],
	struct err *err)
{
	const struct repo_id *const ends[] = {a, b};
	unsigned slop = SLOP;

	for (size_t i = 0; i < 2; i++) {
		bool found = false;

		if (find_node(w, ends[i], &found, &tips[i], err) < 0)
			return -1;
		if (!found)
			return missing(ends[i], err);
	}
	paint(w, tips[0], FROM_A);
	paint(w, tips[1], FROM_B);
	while (w->heap.n && slop > 0) {
		uint32_t at = heap_take(w);

		w->nodes.v[at].waiting = false;
		w->open -= is_wanted(w, &w->nodes.v[at]);
		if (find_parents(w, at, err) < 0)
			return -1;
		struct node node = w->nodes.v[at];
		unsigned n = passed_on(w, &node);
		for (unsigned i = 0; i < n; i++)
			paint(w, w->parents.v[node.parents + i], node.colour);
		slop = w->open ? SLOP : slop - 1;
	}
	return 0;
}

/* ---- collecting ---- */

static void
reverse(struct history *h)
{
	for (size_t i = 0; i < h->ids.n / 2; i++) {
		struct repo_id other = h->ids.v[i];

		h->ids.v[i] = h->ids.v[h->ids.n - 1 - i];
		h->ids.v[h->ids.n - 1 - i] = other;
	}
}

static int
collect_first(
	const struct walk *w, uint32_t tip, unsigned colour, struct history *ret, struct err *err)
{
	const struct node *node = &w->nodes.v[tip];

	while (node->colour == colour) {
		vec_add(&ret->ids, node->id);
		if (node->cut)
			return ends_here(&node->id, err);
		if (!node->n_parents)
			break;
		node = &w->nodes.v[w->parents.v[node->parents]];
	}
	reverse(ret);
	return 0;
}

/* Children before parents, the newest first where that leaves a choice; then the other way round.
 */
static int
collect_all(struct walk *w, unsigned colour, struct history *ret, struct err *err)
{
	for (size_t i = 0; i < w->nodes.n; i++) {
		const struct node *node = &w->nodes.v[i];

		if (node->colour != colour)
			continue;
		if (node->cut)
			return ends_here(&node->id, err);
		for (unsigned k = 0; k < node->n_parents; k++)
			w->nodes.v[w->parents.v[node->parents + k]].children++;
	}
	w->heap.n = 0;
	for (size_t i = 0; i < w->nodes.n; i++)
		if (w->nodes.v[i].colour == colour && !w->nodes.v[i].children)
			heap_add(w, (uint32_t)i);
	while (w->heap.n) {
		const struct node *node = &w->nodes.v[heap_take(w)];

		vec_add(&ret->ids, node->id);
		for (unsigned k = 0; k < node->n_parents; k++) {
			uint32_t parent = w->parents.v[node->parents + k];

			if (--w->nodes.v[parent].children == 0 &&
				w->nodes.v[parent].colour == colour)
				heap_add(w, parent);
		}
	}
	reverse(ret);
	return 0;
}

static int
collect(struct walk *w, uint32_t tip, unsigned colour, struct history *ret, struct err *err)
{
	return w->all_parents ? collect_all(w, colour, ret, err)
			      : collect_first(w, tip, colour, ret, err);
}

int
history_between(struct repo *repo, const struct repo_id *from, const struct repo_id *to,
	bool all_parents, struct history *ret, struct err *err)
{
	struct walk w = {
		.repo = repo, .shallow = repo_is_shallow(repo), .all_parents = all_parents};
	uint32_t tips[2];

	int r = paint_all(&w, from, to, tips, err);
	if (r == 0)
		r = collect(&w, tips[1], FROM_B, ret, err);
	walk_done(&w);
	return r;
}

int
history_apart(struct repo *repo, const struct repo_id *a, const struct repo_id *b, bool all_parents,
	struct history *ret_a, struct history *ret_b, struct err *err)
{
	struct walk w = {.repo = repo,
		.shallow = repo_is_shallow(repo),
		.all_parents = all_parents,
		.symmetric = true};
	uint32_t tips[2];

	int r = paint_all(&w, a, b, tips, err);
	if (r == 0)
		r = collect(&w, tips[0], FROM_A, ret_a, err);
	if (r == 0)
		r = collect(&w, tips[1], FROM_B, ret_b, err);
	walk_done(&w);
	return r;
}

int
history_last(
	struct repo *repo, const struct repo_id *to, size_t n, struct history *ret, struct err *err)
{
	struct repo_parents parents = {0};
	struct repo_id id = *to;
	bool shallow = repo_is_shallow(repo), found = false;
	int r = 0;

	for (;;) {
		r = repo_parents(repo, &id, &found, &parents, err);
		if (r == 0 && !found)
			r = shallow && ret->ids.n ? ends_here(&ret->ids.v[ret->ids.n - 1], err)
						  : missing(&id, err);
		if (r < 0)
			break;
		vec_add(&ret->ids, id);
		if (ret->ids.n == n || !parents.ids.n)
			break;
		id = parents.ids.v[0];
	}
	repo_parents_done(&parents);
	reverse(ret);
	return r;
}
