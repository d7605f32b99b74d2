#include "core/schema.h"

#include "base/parse.h"
#include "base/str.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

const char *const schema_none[1] = {NULL};

int
schema_refuse(const struct schema *schema, const struct yaml_node *node, struct err *err,
	const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(
		err, ERR_USAGE, "%s:%d:%d: %s", schema->file, node->line, node->column, text);
}

int
schema_wrap(const struct schema *schema, const struct yaml_node *node, struct err *err)
{
	return err_wrap(err, "%s:%d:%d", schema->file, node->line, node->column);
}

static const char *
kind_name(const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_LIST:
		return "a list";
	case YAML_MAP:
		return "a map";
	case YAML_SCALAR:
		break;
	}
	return "a text";
}

int
schema_want_list(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err)
{
	if (node->kind == YAML_LIST)
		return 0;
	return schema_refuse(schema, node, err,
		"'%s' must be a list, not %s; put '- ' in front of each item", what,
		kind_name(node));
}

int
schema_want_map(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err)
{
	if (node->kind == YAML_MAP)
		return 0;
	return schema_refuse(schema, node, err, "%s must be a map of 'key: value', not %s", what,
		kind_name(node));
}

static int
want_text(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err)
{
	if (node->kind != YAML_SCALAR)
		return schema_refuse(
			schema, node, err, "'%s' must be a text, not %s", what, kind_name(node));
	return 0;
}

static int
want_filled(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err)
{
	if (want_text(schema, node, what, err) < 0)
		return -1;
	if (!*node->text)
		return schema_refuse(schema, node, err, "'%s' is empty", what);
	return 0;
}

static int
want_line(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err)
{
	if (want_filled(schema, node, what, err) < 0)
		return -1;
	if (strpbrk(node->text, "\n\r"))
		return schema_refuse(schema, node, err, "'%s' must be a single line", what);
	return 0;
}

static int
want_path(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err)
{
	if (want_line(schema, node, what, err) < 0)
		return -1;
	if (node->text[0] == '/')
		return schema_refuse(schema, node, err,
			"'%s' must be a path relative to the tree, not '%s'", what, node->text);
	for (const char *p = node->text; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && memcmp(p, "..", 2) == 0)
			return schema_refuse(
				schema, node, err, "'%s' leaves the tree: '%s'", what, node->text);
		p += n + (p[n] == '/');
	}
	return 0;
}

static int
read_texts(const struct schema *schema, const struct yaml_node *node, const struct schema_key *key,
	const char *const **ret, struct err *err)
{
	const struct yaml_node *const one[] = {node};
	const struct yaml_node *const *items = one;
	size_t n = 1;

	if (key->kind == SCHEMA_LIST && schema_want_list(schema, node, key->name, err) < 0)
		return -1;
	if (node->kind == YAML_LIST) {
		items = (const struct yaml_node *const *)node->items;
		n = node->n;
	}
	const char **texts = arena_alloc(schema->arena, n + 1, sizeof(*texts));
	for (size_t i = 0; i < n; i++) {
		int r = key->kind == SCHEMA_PATHS  ? want_path(schema, items[i], key->name, err)
			: key->kind == SCHEMA_LIST ? want_text(schema, items[i], key->name, err)
						   : want_filled(schema, items[i], key->name, err);
		if (r < 0)
			return -1;
		texts[i] = items[i]->text;
	}
	*ret = texts;
	return 0;
}

static int
read_number(const struct schema *schema, const struct yaml_node *node, const struct schema_key *key,
	void *to, struct err *err)
{
	uint64_t count = 0;
	double value = 0;
	bool on = false;
	int r = 0;

	if (want_text(schema, node, key->name, err) < 0)
		return -1;
	if (key->kind == SCHEMA_COUNT) {
		r = parse_u64(node->text, 1000000, &count, err);
		if (r == 0 && count < (uint64_t)key->min)
			r = err_set(err, ERR_USAGE, "must be at least %d, not %s", key->min,
				node->text);
	} else if (key->kind == SCHEMA_FRACTION) {
		r = parse_double(node->text, &value, err);
		if (r == 0 && !(value > 0 && value <= 0.5))
			r = err_set(err, ERR_USAGE, "must lie between 0 and 0.5, not %.60s",
				node->text);
	} else if (key->kind == SCHEMA_DURATION) {
		r = parse_duration(node->text, &value, err);
		if (r == 0 && !(value > 0))
			r = err_set(err, ERR_USAGE, "must be longer than 0, not %.60s", node->text);
	} else {
		r = parse_bool(node->text, &on, err);
	}
	if (r < 0) {
		err_wrap(err, "'%s'", key->name);
		return schema_wrap(schema, node, err);
	}
	if (key->kind == SCHEMA_COUNT)
		*(int *)to = (int)count;
	else if (key->kind == SCHEMA_SWITCH)
		*(int *)to = on;
	else if (key->kind == SCHEMA_BOOL)
		*(bool *)to = on;
	else
		*(double *)to = value;
	return 0;
}

static int
read_word(const struct schema *schema, const struct yaml_node *node, const struct schema_key *key,
	size_t *ret, struct err *err)
{
	scoped(str) all = STR_INIT;
	size_t n = 0;

	if (want_text(schema, node, key->name, err) < 0)
		return -1;
	for (; key->words[n]; n++) {
		if (strcmp(key->words[n], node->text) == 0) {
			*ret = n;
			return 0;
		}
		str_addf(&all, "%s%s", n ? ", " : "", key->words[n]);
	}
	const char *near = suggest(node->text, key->words, n);
	if (near)
		return schema_refuse(schema, node, err,
			"'%s' cannot be '%.60s' (did you mean '%s'?)", key->name, node->text, near);
	return schema_refuse(schema, node, err, "'%s' cannot be '%.60s': it is one of %s",
		key->name, node->text, all.p);
}

bool
schema_is_env_name(const char *name)
{
	if (!isalpha((unsigned char)name[0]) && name[0] != '_')
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	return true;
}

bool
schema_is_own_env_name(const char *name)
{
	static const char *const own[] = {
		"SRC", "PREFIX", "BUILD", "REV", "VERSION", "JOBS", "HOME", "TMPDIR"};

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return str_starts(name, "WITH_");
}

static int
want_env_name(const struct schema *schema, const struct yaml_node *node, struct err *err)
{
	if (!schema_is_env_name(node->text))
		return schema_refuse(schema, node, err,
			"'%.60s' cannot be the name of an environment variable", node->text);
	if (schema_is_own_env_name(node->text))
		return schema_refuse(schema, node, err,
			"'%.60s' is set by revsweep and cannot be changed", node->text);
	return 0;
}

int
schema_want_param_name(const struct schema *schema, const struct yaml_node *node, struct err *err)
{
	const char *p = node->text;

	while (islower((unsigned char)*p) ||
		(p > node->text && (isdigit((unsigned char)*p) || *p == '-' || *p == '_')))
		p++;
	if (*p || p == node->text)
		return schema_refuse(schema, node, err,
			"'%.60s' cannot be a parameter: lower-case letters, digits, '-' and '_' "
			"only",
			node->text);
	return 0;
}

/* Names of variables to be taken from the caller's environment. */
static int
read_names(const struct schema *schema, const struct yaml_node *node, const struct schema_key *key,
	const char *const **ret, struct err *err)
{
	const char *const *names = NULL;

	if (read_texts(schema, node, key, &names, err) < 0)
		return -1;
	for (size_t i = 0; names[i]; i++) {
		const struct yaml_node *item = node->kind == YAML_LIST ? node->items[i] : node;

		if (want_env_name(schema, item, err) < 0)
			return -1;
		if (str_starts(names[i], "LD_"))
			return schema_refuse(schema, item, err,
				"'%.60s' changes every program; set it in 'env', where it shows",
				names[i]);
	}
	*ret = names;
	return 0;
}

/* A text, or a list joined by newlines. */
static int
read_joined(const struct schema *schema, const struct yaml_node *node, const char *name,
	const char **ret, struct err *err)
{
	scoped(str) out = STR_INIT;

	if (node->kind != YAML_LIST) {
		if (want_text(schema, node, name, err) < 0)
			return -1;
		*ret = yaml_is_null(node) ? "" : node->text;
		return 0;
	}
	for (size_t i = 0; i < node->n; i++) {
		if (want_line(schema, node->items[i], name, err) < 0)
			return -1;
		str_addf(&out, "%s%s", i ? "\n" : "", node->items[i]->text);
	}
	*ret = arena_strdup(schema->arena, out.p);
	return 0;
}

static int
read_pairs(const struct schema *schema, const struct yaml_node *node, const struct schema_key *key,
	struct recipe_pair **ret, size_t *ret_n, struct err *err)
{
	bool is_env = key->kind == SCHEMA_ENV;

	if (node->kind != YAML_MAP)
		return schema_refuse(schema, node, err,
			"'%s' must be a map of 'name: value', not %s", key->name, kind_name(node));
	struct recipe_pair *pairs = arena_alloc(schema->arena, node->n + 1, sizeof(*pairs));
	for (size_t i = 0; i < node->n; i++) {
		const char *name = node->keys[i]->text;

		if ((is_env ? want_env_name : schema_want_param_name)(schema, node->keys[i], err) <
			0)
			return -1;
		pairs[i].name = name;
		if (!is_env) {
			if (read_joined(schema, node->items[i], name, &pairs[i].value, err) < 0)
				return -1;
			continue;
		}
		if (want_text(schema, node->items[i], name, err) < 0)
			return -1;
		pairs[i].value = yaml_is_null(node->items[i]) ? "" : node->items[i]->text;
	}
	*ret = pairs;
	*ret_n = node->n;
	return 0;
}

int
schema_value(const struct schema *schema, const struct yaml_node *node,
	const struct schema_key *key, void *target, struct err *err)
{
	void *to = (char *)target + key->offset;
	size_t place = 0;

	switch (key->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_LINE:
	case SCHEMA_PATH:
		if ((key->kind == SCHEMA_TEXT ? want_filled
			    : key->kind == SCHEMA_PATH
				    ? want_path
				    : want_line)(schema, node, key->name, err) < 0)
			return -1;
		*(const char **)to = node->text;
		return 0;
	case SCHEMA_TEXTS:
	case SCHEMA_LIST:
	case SCHEMA_PATHS:
		return read_texts(schema, node, key, to, err);
	case SCHEMA_NAMES:
		return read_names(schema, node, key, to, err);
	case SCHEMA_JOINED:
		return read_joined(schema, node, key->name, to, err);
	case SCHEMA_BOOL:
	case SCHEMA_SWITCH:
	case SCHEMA_COUNT:
	case SCHEMA_FRACTION:
	case SCHEMA_DURATION:
		return read_number(schema, node, key, to, err);
	case SCHEMA_WORD:
	case SCHEMA_ENUM:
		if (read_word(schema, node, key, &place, err) < 0)
			return -1;
		if (key->kind == SCHEMA_WORD)
			*(const char **)to = key->words[place];
		else
			*(int *)to = (int)place;
		return 0;
	case SCHEMA_ENV:
	case SCHEMA_PARAMS:
		return read_pairs(
			schema, node, key, to, (size_t *)((char *)target + key->count), err);
	case SCHEMA_CALL:
		break;
	}
	return key->read(schema, node, target, err);
}

static const struct schema_key *
find_key(const struct schema *schema, const struct yaml_node *node, const char *what,
	const struct schema_key *keys, size_t n_keys, struct err *err)
{
	vec(const char *) known = {0};
	scoped(str) all = STR_INIT;

	for (size_t i = 0; i < n_keys; i++) {
		if (strcmp(keys[i].name, node->text) == 0) {
			vec_done(&known);
			return &keys[i];
		}
		vec_add(&known, keys[i].name);
		str_addf(&all, "%s%s", i ? ", " : "", keys[i].name);
	}
	const char *near = suggest(node->text, known.v, known.n);
	vec_done(&known);
	if (near)
		schema_refuse(schema, node, err, "unknown key '%.60s' (did you mean '%s'?)",
			node->text, near);
	else
		schema_refuse(schema, node, err, "unknown key '%.60s': %s has %s", node->text, what,
			all.p);
	return NULL;
}

int
schema_read(const struct schema *schema, const struct yaml_node *map, const char *what,
	const struct schema_key *keys, size_t n_keys, void *target, struct err *err)
{
	if (schema_want_map(schema, map, what, err) < 0)
		return -1;
	for (size_t i = 0; i < map->n; i++) {
		const struct schema_key *key =
			find_key(schema, map->keys[i], what, keys, n_keys, err);

		if (!key)
			return -1;
		if (!yaml_is_null(map->items[i]) &&
			schema_value(schema, map->items[i], key, target, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < n_keys; i++) {
		const struct yaml_node *node = yaml_get(map, keys[i].name);

		if (keys[i].required && (!node || yaml_is_null(node)))
			return schema_refuse(schema, map, err, "%s lacks '%s'", what, keys[i].name);
	}
	return 0;
}
