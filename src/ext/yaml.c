#include "ext/yaml.h"

#include "base/vec.h"

#include <limits.h>
#include <string.h>
#include <yaml.h>

#define ANCHORS_MAX 1000 /* they are looked for one by one */

struct anchor {
	const char *name;
	struct yaml_node *node;
	size_t nodes; /* in its subtree, aliases counted at every use */
	int height;
};

struct reader {
	yaml_parser_t parser;
	const char *text;
	size_t n;
	const char *name;
	struct arena *arena;
	struct err *err;
	size_t nodes;
	vec(struct anchor) anchors;
};

struct subtree {
	struct yaml_node *node;
	int height; /* 1 for a scalar */
};

static int
refuse(struct reader *r, yaml_mark_t at, const char *why)
{
	return err_set(
		r->err, ERR_USAGE, "%s:%zu:%zu: %s", r->name, at.line + 1, at.column + 1, why);
}

/* libyaml gives bytes that are not text by their offset only. */
static yaml_mark_t
mark_of_offset(const struct reader *r, size_t offset)
{
	yaml_mark_t at = {0};

	for (size_t i = 0; i < offset && i < r->n; i++) {
		at.column++;
		if (r->text[i] == '\n') {
			at.line++;
			at.column = 0;
		}
	}
	return at;
}

static int
refuse_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *why = p->problem ? p->problem : "not YAML";

	if (p->error == YAML_MEMORY_ERROR)
		return err_set(r->err, ERR_RESOURCES, "%s: out of memory", r->name);
	if (p->error == YAML_READER_ERROR)
		return refuse(r, mark_of_offset(r, p->problem_offset), why);
	if (p->context)
		return err_set(r->err, ERR_USAGE, "%s:%zu:%zu: %s (%s that began on line %zu)",
			r->name, p->problem_mark.line + 1, p->problem_mark.column + 1, why,
			p->context, p->context_mark.line + 1);
	return refuse(r, p->problem_mark, why);
}

static int
next_event(struct reader *r, yaml_event_t *ret)
{
	return yaml_parser_parse(&r->parser, ret) ? 0 : refuse_syntax(r);
}

static struct yaml_node *
node_new(struct reader *r, enum yaml_kind kind, yaml_mark_t at)
{
	struct yaml_node *node = arena_alloc(r->arena, 1, sizeof(*node));

	node->kind = kind;
	node->line = at.line < INT_MAX ? (int)at.line + 1 : INT_MAX;
	node->column = at.column < INT_MAX ? (int)at.column + 1 : INT_MAX;
	return node;
}

static int
count_nodes(struct reader *r, size_t more, yaml_mark_t at)
{
	char why[80];

	r->nodes += more;
	if (r->nodes <= YAML_NODES_MAX)
		return 0;
	snprintf(why, sizeof(why), "more than %d values, counting each use of an alias",
		YAML_NODES_MAX);
	return refuse(r, at, why);
}

static int
refuse_deep(struct reader *r, yaml_mark_t at)
{
	char why[60];

	snprintf(why, sizeof(why), "nested deeper than %d levels", YAML_DEPTH_MAX);
	return refuse(r, at, why);
}

static int
use_alias(struct reader *r, const yaml_event_t *event, int depth, struct subtree *ret)
{
	const char *name = (const char *)event->data.alias.anchor;

	/* The last anchor of a name is the one meant. One that is not complete yet is not in the
	 * list, so that nothing can contain itself. */
	for (size_t i = r->anchors.n; i-- > 0;) {
		const struct anchor *a = &r->anchors.v[i];

		if (strcmp(a->name, name) != 0)
			continue;
		if (depth + a->height > YAML_DEPTH_MAX)
			return refuse_deep(r, event->start_mark);
		*ret = (struct subtree){a->node, a->height};
		return count_nodes(r, a->nodes, event->start_mark);
	}
	return refuse(r, event->start_mark, "an alias without an anchor before it");
}

static int
read_scalar(struct reader *r, const yaml_event_t *event, struct subtree *ret)
{
	const char *text = (const char *)event->data.scalar.value;

	if (memchr(text, '\0', event->data.scalar.length))
		return refuse(r, event->start_mark, "a NUL character in a text");
	struct yaml_node *node = node_new(r, YAML_SCALAR, event->start_mark);
	node->text = arena_strndup(r->arena, text, event->data.scalar.length);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	*ret = (struct subtree){node, 1};
	return count_nodes(r, 1, event->start_mark);
}

static int
by_text_and_place(const void *a, const void *b)
{
	const struct yaml_node *x = *(struct yaml_node *const *)a,
			       *y = *(struct yaml_node *const *)b;
	int c = strcmp(x->text, y->text);

	if (c == 0)
		c = (x->line > y->line) - (x->line < y->line);
	return c ? c : (x->column > y->column) - (x->column < y->column);
}

static int
refuse_duplicates(struct reader *r, const struct yaml_node *map)
{
	if (map->n < 2)
		return 0;
	scoped_free struct yaml_node **sorted = xreallocarray(NULL, map->n, sizeof(*sorted));
	memcpy(sorted, map->keys, map->n * sizeof(*sorted));
	qsort(sorted, map->n, sizeof(*sorted), by_text_and_place);
	for (size_t i = 1; i < map->n; i++)
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
			return err_set(r->err, ERR_USAGE,
				"%s:%d:%d: key '%s' is given twice (first on line %d)", r->name,
				sorted[i]->line, sorted[i]->column, sorted[i]->text,
				sorted[i - 1]->line);
	return 0;
}

static int read_node(struct reader *r, yaml_event_t *event, int depth, struct subtree *ret);

/* One child of a list or map; *ret_end when the collection ends instead. */
static int
read_child(struct reader *r, int depth, struct subtree *ret, bool *ret_end)
{
	yaml_event_t event;

	if (next_event(r, &event) < 0)
		return -1;
	*ret_end = event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
	int got = *ret_end ? 0 : read_node(r, &event, depth + 1, ret);
	yaml_event_delete(&event);
	return got;
}

static int
read_collection(struct reader *r, struct yaml_node *node, yaml_mark_t at, int depth, int *ret_high)
{
	vec(struct yaml_node *) items = {0}, keys = {0};
	struct subtree sub = {0};
	bool end = false;
	int result = 0, high = 1;

	while ((result = read_child(r, depth, &sub, &end)) == 0 && !end) {
		if (sub.height + 1 > high)
			high = sub.height + 1;
		if (node->kind == YAML_MAP && keys.n == items.n) {
			if (sub.node->kind != YAML_SCALAR) {
				result = err_set(r->err, ERR_USAGE,
					"%s:%d:%d: a key must be a plain text", r->name,
					sub.node->line, sub.node->column);
				break;
			}
			vec_add(&keys, sub.node);
		} else {
			vec_add(&items, sub.node);
		}
	}
	if (result == 0) {
		node->n = items.n;
		node->items = arena_copy(r->arena, items.v, items.n, sizeof(*items.v));
		node->keys = arena_copy(r->arena, keys.v, keys.n, sizeof(*keys.v));
		*ret_high = high;
		result = count_nodes(r, 1, at);
	}
	if (result == 0 && node->kind == YAML_MAP)
		result = refuse_duplicates(r, node);
	vec_done(&items);
	vec_done(&keys);
	return result;
}

static int
read_node(struct reader *r, yaml_event_t *event, int depth, struct subtree *ret)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	size_t before = r->nodes;
	enum yaml_kind kind = YAML_SCALAR;

	if (depth > YAML_DEPTH_MAX)
		return refuse_deep(r, event->start_mark);
	if (event->type == YAML_ALIAS_EVENT)
		return use_alias(r, event, depth - 1, ret);
	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		kind = YAML_LIST;
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else {
		kind = YAML_MAP;
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (tag)
		return refuse(r, event->start_mark, "tags ('!...') are not accepted");
	if (kind == YAML_SCALAR) {
		if (read_scalar(r, event, ret) < 0)
			return -1;
	} else {
		ret->node = node_new(r, kind, event->start_mark);
		if (read_collection(r, ret->node, event->start_mark, depth, &ret->height) < 0)
			return -1;
	}
	if (anchor && r->anchors.n == ANCHORS_MAX)
		return refuse(r, event->start_mark, "too many anchors");
	if (anchor)
		vec_add(&r->anchors, (struct anchor){arena_strdup(r->arena, (const char *)anchor),
					     ret->node, r->nodes - before, ret->height});
	return 0;
}

/* The only document, up to the end of the text. */
static int
read_document(struct reader *r, struct yaml_node **ret)
{
	struct subtree root = {0};
	yaml_event_t event;
	int got = 0;
	bool done = false;

	while (got == 0 && !done) {
		if (next_event(r, &event) < 0)
			return -1;
		switch ((int)event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (root.node)
				got = refuse(r, event.start_mark, "a second document");
			break;
		case YAML_STREAM_END_EVENT:
			done = true;
			break;
		default:
			got = read_node(r, &event, 1, &root);
		}
		yaml_event_delete(&event);
	}
	if (got < 0)
		return -1;
	*ret = root.node && !yaml_is_null(root.node) ? root.node
						     : node_new(r, YAML_MAP, (yaml_mark_t){0});
	return 0;
}

int
yaml_parse(const char *text, size_t n, const char *name, struct arena *arena,
	struct yaml_node **ret, struct err *err)
{
	struct reader r = {.text = text, .n = n, .name = name, .arena = arena, .err = err};

	if (n > YAML_TEXT_MAX)
		return err_set(
			err, ERR_USAGE, "%s:1:1: larger than %zu KiB", name, YAML_TEXT_MAX >> 10);
	if (!yaml_parser_initialize(&r.parser))
		return err_set(err, ERR_RESOURCES, "%s: out of memory", name);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, n);
	int got = read_document(&r, ret);
	yaml_parser_delete(&r.parser);
	vec_done(&r.anchors);
	return got;
}

struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	for (size_t i = 0; map && map->kind == YAML_MAP && i < map->n; i++)
		if (strcmp(map->keys[i]->text, key) == 0)
			return map->items[i];
	return NULL;
}

bool
yaml_is_null(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR && node->plain &&
	       (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}
