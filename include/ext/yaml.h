/* YAML by libyaml, as a tree of nodes that know where they stand. Every scalar is a text: "5",
 * "5us" and "off" mean what the reader of the key says. JSON is accepted, being YAML.
 *
 * Refused with file:line:column (ERR_USAGE): more than YAML_TEXT_MAX bytes, more than
 * YAML_NODES_MAX nodes with aliases counted at every use (alias bombs), depth over YAML_DEPTH_MAX,
 * duplicate keys, keys that are not scalars, several documents, tags. */
#ifndef EXT_YAML_H
#define EXT_YAML_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define YAML_TEXT_MAX ((size_t)1 << 20)
#define YAML_NODES_MAX 20000
#define YAML_DEPTH_MAX 32

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	int line, column; /* from 1 */
	const char *text; /* scalar */
	bool plain;       /* scalar without quotes: may be null */
	size_t n;         /* list items or map members */
	struct yaml_node **items;
	struct yaml_node **keys; /* map: scalars, keys[i] belongs to items[i] */
};

/* `name` is what messages call the file. Nodes live in the arena. An empty document is an empty
 * map. */
int yaml_parse(const char *text, size_t n, const char *name, struct arena *arena,
	struct yaml_node **ret, struct err *err);
/* The member of a map, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* An empty, "~" or "null" plain scalar. */
bool yaml_is_null(const struct yaml_node *node);

#endif
