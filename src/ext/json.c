#include "ext/json.h"

#include "base/jsonw.h"
#include "base/vec.h"
#include "ext/json_scan.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* jansson's macros of the same names. */
#undef json_is_object
#undef json_is_array
#undef json_is_number
#undef json_is_true

struct json {
	json_t *root;
};

int
json_parse(const char *text, size_t n, struct json **ret, struct err *err)
{
	json_error_t failure;

	if (n > JSON_TEXT_MAX)
		return err_set(err, ERR_USAGE, "1:1: larger than %zu MiB", JSON_TEXT_MAX >> 20);
	scoped(json_scan) s = {0};
	if (json_scan_text(&s, text, n, err) < 0)
		return -1;
	json_t *root = json_loadb(s.out.p, s.out.n, JSON_DECODE_ANY, &failure);
	if (!root)
		return json_scan_fail(
			&s, failure.position > 0 ? (size_t)failure.position : 0, failure.text, err);
	struct json *doc = xcalloc(1, sizeof(*doc));
	doc->root = root;
	*ret = doc;
	return 0;
}

void
json_free(struct json *doc)
{
	if (!doc)
		return;
	json_decref(doc->root);
	free(doc);
}

/* A json_val is a json_t that only this file can see into. */
static const struct json_val *
val_of(const json_t *v)
{
	return (const struct json_val *)v;
}

static json_t *
raw_of(const struct json_val *v)
{
	return (json_t *)(uintptr_t)v;
}

static bool
has_type(const struct json_val *v, json_type type)
{
	return v && json_typeof(raw_of(v)) == type;
}

const struct json_val *
json_root(const struct json *doc)
{
	return val_of(doc->root);
}

const struct json_val *
json_get(const struct json_val *object, const char *key)
{
	return val_of(json_object_get(raw_of(object), key));
}

size_t
json_length(const struct json_val *array)
{
	return json_array_size(raw_of(array));
}

const struct json_val *
json_at(const struct json_val *array, size_t i)
{
	return val_of(json_array_get(raw_of(array), i));
}

const char *
json_text(const struct json_val *v)
{
	return json_string_value(raw_of(v));
}

double
json_number(const struct json_val *v)
{
	if (has_type(v, JSON_INTEGER))
		return (double)json_integer_value(raw_of(v));
	if (!has_type(v, JSON_REAL))
		return (double)NAN;
	double x = json_real_value(raw_of(v));
	if (fabs(x) >= JSON_AS_INFINITY)
		return x < 0 ? -(double)INFINITY : (double)INFINITY;
	return fabs(x) >= JSON_AS_NAN ? (double)NAN : x;
}

bool
json_is_number(const struct json_val *v)
{
	return has_type(v, JSON_INTEGER) || has_type(v, JSON_REAL);
}

bool
json_is_object(const struct json_val *v)
{
	return has_type(v, JSON_OBJECT);
}

bool
json_is_array(const struct json_val *v)
{
	return has_type(v, JSON_ARRAY);
}

bool
json_is_true(const struct json_val *v)
{
	return has_type(v, JSON_TRUE);
}

void
json_each(const struct json_val *object,
	void (*visit)(const char *key, const struct json_val *value, void *arg), void *arg)
{
	const char *key;
	json_t *value;

	if (json_is_object(object))
		json_object_foreach(raw_of(object), key, value) visit(key, val_of(value), arg);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void dump(struct jsonw *w, const char *key, json_t *v);

static void
dump_object(struct jsonw *w, json_t *object)
{
	vec(const char *) keys = {0};
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) vec_add(&keys, key);
	if (keys.n)
		qsort(keys.v, keys.n, sizeof(*keys.v), by_text);
	for (size_t i = 0; i < keys.n; i++)
		dump(w, keys.v[i], json_object_get(object, keys.v[i]));
	vec_done(&keys);
}

/* Goes at most as deep as json_scan allows: the document was checked. */
static void
dump(struct jsonw *w, const char *key, json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		jsonw_open(w, key, '{');
		dump_object(w, v);
		jsonw_close(w, '}');
		return;
	case JSON_ARRAY:
		jsonw_open(w, key, '[');
		for (size_t i = 0; i < json_array_size(v); i++)
			dump(w, NULL, json_array_get(v, i));
		jsonw_close(w, ']');
		return;
	case JSON_STRING:
		jsonw_text(w, key, json_string_value(v));
		return;
	case JSON_INTEGER:
		jsonw_int(w, key, json_integer_value(v));
		return;
	case JSON_REAL:
		jsonw_number(w, key, json_number(val_of(v)));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		jsonw_bool(w, key, json_typeof(v) == JSON_TRUE);
		return;
	case JSON_NULL:
		jsonw_null(w, key);
		return;
	}
}

char *
json_dump(const struct json_val *v)
{
	struct str out;
	struct jsonw w = {.out = &out};

	if (!v)
		return xstrdup("null");
	/* A byte can become six ("\u0001"); a document of any size we parse fits. */
	str_init(&out, JSON_TEXT_MAX * 8);
	dump(&w, NULL, raw_of(v));
	return str_detach(&out);
}
