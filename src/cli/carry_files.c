/* Command lines out of makefiles, sections of tox and the like, and workflows. */
#include "cli/carry.h"

#include "base/str.h"
#include "ext/yaml.h"

#include <ctype.h>
#include <string.h>

/* The end of the line at p; with continued: of the logical line, over "\" at its end. */
static const char *
line_end(const char *p, bool continued)
{
	const char *end = p + strcspn(p, "\n");

	while (continued && *end && end > p && end[-1] == '\\')
		end += 1 + strcspn(end + 1, "\n");
	return end;
}

static int
lines_in(const char *p, const char *end)
{
	int n = 0;

	for (; p < end; p++)
		n += *p == '\n';
	return n;
}

/* ---- make */

struct make_variable {
	const char *name, *value;
};

struct make {
	struct arena *arena;
	vec(struct make_variable) variables;
};

static const char *
make_value(const struct make *m, const char *name, size_t n)
{
	for (size_t i = m->variables.n; i-- > 0;)
		if (strlen(m->variables.v[i].name) == n &&
			memcmp(m->variables.v[i].name, name, n) == 0)
			return m->variables.v[i].value;
	return NULL;
}

/* Variables that are known, once: what they hold was expanded when they were set. */
static const char *
make_expand(const struct make *m, const char *text)
{
	scoped(str) out = STR_INIT;

	while (*text) {
		const bool open = text[0] == '$' && (text[1] == '(' || text[1] == '{');
		const size_t n = open ? strcspn(text + 2, "(){}$ \n") : 0;
		const char *value = n && (text[n + 2] == ')' || text[n + 2] == '}')
					    ? make_value(m, text + 2, n)
					    : NULL;

		if (value) {
			str_add(&out, value);
			text += n + 3;
		} else {
			str_addc(&out, *text++);
		}
	}
	return arena_strdup(m->arena, out.p);
}

static void
make_set(struct make *m, const char *text)
{
	const char *name = text + strspn(text, " ");
	const size_t n =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
	const char *op = name + n + strspn(name + n, " \t");
	const size_t width = strspn(op, ":?+");

	if (!n || text[0] == '\t' || op[width] != '=')
		return;
	char *value = arena_strdup(m->arena, make_expand(m, op + width + 1));
	for (char *p = value; *p; p++)
		if (*p == '\\' && p[1] == '\n')
			p[0] = p[1] = ' ';
	struct make_variable v = {arena_strndup(m->arena, name, n), value};
	const char *old = op[0] == '+' ? make_value(m, name, n) : NULL;
	if (old)
		v.value = arena_printf(m->arena, "%s %s", old, value);
	vec_add(&m->variables, v);
}

void
carry_makefile(const struct carry_text *text, struct carry_lines *out)
{
	struct make m = {.arena = out->arena};
	struct carry_text one = *text;

	one.makefile = true;
	for (const char *p = text->text; *p;) {
		const char *end = line_end(p, true);
		const char *line = arena_strndup(out->arena, p, (size_t)(end - p));

		one.text = make_expand(&m, line);
		make_set(&m, line);
		carry_shell(&one, out);
		one.line += lines_in(p, end) + 1;
		p = end + (*end == '\n');
	}
	vec_done(&m.variables);
}

/* ---- sections */

static void
end_key(const char *key, struct str *value, int line, const struct carry_text *text,
	struct carry_lines *out)
{
	struct carry_text one = *text;

	one.text = value->p;
	one.line = line;
	one.one_line = key && strcmp(key, "addopts") == 0;
	one.kind = one.one_line ? CARRY_ADDOPTS : CARRY_COMMAND;
	if (key && value->n)
		carry_shell(&one, out);
	str_clear(value);
}

void
carry_ini(const struct carry_text *text, struct carry_lines *out)
{
	scoped(str) value = STR_INIT;
	const char *key = NULL;
	int line = text->line, first = line;

	for (const char *p = text->text; *p; line++) {
		const char *end = line_end(p, false);
		const size_t blank = strspn(p, " \t");

		if (p[blank] == '#' || p[blank] == ';') {
			str_addc(&value, '\n'); /* counts as a line */
		} else if (blank || p == end) {
			str_addn(&value, p, (size_t)(end - p));
			str_addc(&value, '\n');
		} else {
			const size_t n = strcspn(p, "=:\n");

			end_key(key, &value, first, text, out);
			scoped(str) name = STR_INIT;
			str_addn(&name, p, n);
			str_trim(&name);
			key = arena_strdup(out->arena, name.p);
			first = line;
			if (p + n < end)
				str_addn(&value, p + n + 1, (size_t)(end - p - n - 1));
			str_addc(&value, '\n');
		}
		p = end + (*end == '\n');
	}
	end_key(key, &value, first, text, out);
}

/* ---- workflows */

static void
walk(const struct yaml_node *node, const char *dir, const struct carry_text *text,
	struct carry_lines *out)
{
	const struct yaml_node *where =
		node->kind == YAML_MAP ? yaml_get(node, "working-directory") : NULL;

	if (where && where->kind == YAML_SCALAR)
		dir = where->text;
	for (size_t i = 0; i < node->n; i++)
		walk(node->items[i], dir, text, out);
	if (node->kind != YAML_SCALAR)
		return;
	struct carry_text one = *text;
	one.text = node->text;
	one.dir = dir;
	/* The text of a block begins on the line after its "|". */
	one.line = node->line + (strchr(node->text, '\n') != NULL);
	carry_shell(&one, out);
}

void
carry_workflow(const struct carry_text *text, struct carry_lines *out)
{
	struct err ignored = ERR_INIT; /* somebody else's YAML: it holds nothing for us then */
	struct yaml_node *root = NULL;

	if (yaml_parse(text->text, strlen(text->text), text->file, out->arena, &root, &ignored) ==
		0)
		walk(root, NULL, text, out);
}
