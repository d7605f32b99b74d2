/* Reading YAML maps strictly: a table says which keys there are, what each holds and where it goes.
 * Whatever is not in the table, or is of another type, is ERR_USAGE at file:line:column with a
 * suggestion. */
#ifndef CORE_SCHEMA_H
#define CORE_SCHEMA_H

#include "base/arena.h"
#include "base/err.h"
#include "core/recipe.h"
#include "ext/yaml.h"

#include <stddef.h>

/* What a document is read with. */
struct schema {
	const char *file; /* as messages call it */
	struct arena *arena;
};

enum schema_kind {
	SCHEMA_TEXT,     /* const char *, not empty */
	SCHEMA_LINE,     /* the same without line breaks */
	SCHEMA_TEXTS,    /* const char *const *: a list of texts, or one text */
	SCHEMA_LIST,     /* const char *const *: a list of texts only */
	SCHEMA_PATHS,    /* as SCHEMA_TEXTS; relative paths that do not climb out with ".." */
	SCHEMA_PATH,     /* const char *: one such path */
	SCHEMA_NAMES,    /* as SCHEMA_TEXTS; variables of the caller's environment */
	SCHEMA_JOINED,   /* const char *: a text, or a list joined by newlines; may be empty */
	SCHEMA_BOOL,     /* bool */
	SCHEMA_SWITCH,   /* int, 0 or 1 */
	SCHEMA_COUNT,    /* int, `min` to a million */
	SCHEMA_FRACTION, /* double in (0, 0.5] */
	SCHEMA_DURATION, /* double, seconds, more than 0 */
	SCHEMA_WORD,     /* const char *, one of `words` */
	SCHEMA_ENUM,     /* int or an enum: the place in `words` */
	SCHEMA_ENV,      /* struct recipe_pair *, and a size_t at `count`: names of variables */
	SCHEMA_PARAMS,   /* the same: names of parameters, values as SCHEMA_JOINED */
	SCHEMA_CALL,     /* read() */
};

struct schema_key {
	const char *name;
	enum schema_kind kind;
	size_t offset; /* of the value in the target */
	size_t count;  /* SCHEMA_ENV, SCHEMA_PARAMS: where their number goes */
	int min;       /* SCHEMA_COUNT */
	bool required;
	const char *const *words; /* NULL-terminated */
	int (*read)(const struct schema *schema, const struct yaml_node *node, void *target,
		struct err *err);
};

/* "file:line:column: ..." */
int schema_refuse(const struct schema *schema, const struct yaml_node *node, struct err *err,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Puts "file:line:column: " in front of an error. */
int schema_wrap(const struct schema *schema, const struct yaml_node *node, struct err *err);
/* Refuses anything but a list (map) for the key called what. */
int schema_want_list(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err);
int schema_want_map(const struct schema *schema, const struct yaml_node *node, const char *what,
	struct err *err);
/* Reads a map into target. `what` is how messages call the map: "a suite". A key whose value is
 * null counts as absent. */
int schema_read(const struct schema *schema, const struct yaml_node *map, const char *what,
	const struct schema_key *keys, size_t n_keys, void *target, struct err *err);
/* One value by its key, for SCHEMA_CALL functions that take several forms. */
int schema_value(const struct schema *schema, const struct yaml_node *node,
	const struct schema_key *key, void *target, struct err *err);

/* Lower-case letters, digits, '-' and '_', a letter first. */
int schema_want_param_name(
	const struct schema *schema, const struct yaml_node *node, struct err *err);
/* [A-Za-z_][A-Za-z0-9_]* */
bool schema_is_env_name(const char *name);
/* SRC, PREFIX, HOME, WITH_...: what revsweep sets itself. */
bool schema_is_own_env_name(const char *name);

extern const char *const schema_none[1]; /* an empty list of texts */

#endif
