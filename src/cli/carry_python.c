/* Command lines out of Python and TOML: lists of strings, put together from variables by reading
 * alone. Values that only a run would tell are left out. */
#include "cli/carry.h"
#include "cli/carry_tokens.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

struct words {
	vec(struct carry_word) list;
	bool scalar; /* of one value, not a list of one */
};

struct variable {
	const char *name;
	struct words words;
	bool used; /* by a command line, or by another variable */
};

struct reader {
	const struct carry_text *in;
	struct carry_lines *out;
	struct carry_tokens tokens;
	vec(struct variable) variables;
	bool toml;
};

static void
words_done(struct words *words)
{
	vec_done(&words->list);
}

static const struct carry_token *
at(const struct reader *r, size_t i)
{
	return &r->tokens.list.v[i];
}

static bool
is_op(const struct reader *r, size_t i, size_t end, char c)
{
	return i < end && at(r, i)->kind == TOKEN_OP && at(r, i)->text[0] == c;
}

static struct variable *
variable_named(struct reader *r, const char *name)
{
	for (size_t i = r->variables.n; i-- > 0;)
		if (strcmp(r->variables.v[i].name, name) == 0)
			return &r->variables.v[i];
	return NULL;
}

/* The {names} in an f-string, where they are known. */
static const char *
formatted(struct reader *r, const char *text)
{
	scoped(str) out = STR_INIT;

	while (*text) {
		size_t n = *text == '{' ? strcspn(text + 1, "}") : 0;
		scoped_free char *name = xstrndup(text + (n > 0), n);
		const struct variable *v = n ? variable_named(r, name) : NULL;

		if (v && v->words.scalar && v->words.list.n == 1) {
			str_add(&out, v->words.list.v[0].text);
			text += n + 2;
		} else {
			str_addc(&out, *text++);
		}
	}
	return arena_strdup(r->out->arena, out.p);
}

static void
add_word(struct reader *r, struct words *out, const char *text, int line, bool joined)
{
	struct carry_word word = {text, line};

	if (joined && out->list.n) {
		struct carry_word *last = &out->list.v[out->list.n - 1];
		last->text = arena_printf(r->out->arena, "%s%s", last->text, text);
	} else {
		vec_add(&out->list, word);
	}
}

static void
add_split(struct reader *r, struct words *out, const char *text, int line)
{
	while (*text) {
		size_t blank = strspn(text, " \t\n"), n = strcspn(text + blank, " \t\n");

		if (n)
			add_word(
				r, out, arena_strndup(r->out->arena, text + blank, n), line, false);
		text += blank + n;
	}
}

static bool
is_split(const struct reader *r, size_t i, size_t end)
{
	return is_op(r, i + 1, end, '.') && i + 2 < end &&
	       carry_token_is(at(r, i + 2), TOKEN_NAME, "split");
}

/* Strings side by side are one. Returns the place of the last. */
static size_t
take_strings(struct reader *r, size_t i, size_t end, struct words *out)
{
	bool joined = i > 0 && is_op(r, i - 1, end, '+') && i > 1 && at(r, i - 2)->kind != TOKEN_OP;
	const int line = at(r, i)->line;
	scoped(str) text = STR_INIT;

	for (;; i++) {
		struct carry_token *t = &r->tokens.list.v[i];

		t->used = true;
		str_add(&text, t->format ? formatted(r, t->text) : t->text);
		if (i + 1 >= end || at(r, i + 1)->kind != TOKEN_STRING)
			break;
	}
	if (is_split(r, i, end))
		add_split(r, out, text.p, line);
	else
		add_word(r, out, arena_strdup(r->out->arena, text.p), line, joined);
	return i;
}

/* Functions whose arguments are no words: names of variables, say. */
static bool
is_lookup(const char *name)
{
	static const char *const names[] = {"get", "getenv", "glob", "join", "exists", "log"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* What a name stands for. Returns the place where it ends. */
static size_t
take_name(struct reader *r, size_t i, size_t end, struct words *out)
{
	const char *name = at(r, i)->text;
	bool member = i > 0 && is_op(r, i - 1, end, '.');
	struct variable *v = member ? NULL : variable_named(r, name);

	if (is_op(r, i + 1, end, '('))
		return is_lookup(name) ? carry_token_close(&r->tokens, i + 1, end) : i;
	if (is_op(r, i + 1, end, '=') && !is_op(r, i + 2, end, '=') && !r->toml) {
		/* name=value in a call is no word */
		for (i += 2; i < end && !is_op(r, i, end, ','); i++)
			if (at(r, i)->kind == TOKEN_OP && strchr("([{", at(r, i)->text[0]))
				i = carry_token_close(&r->tokens, i, end);
		return i;
	}
	bool split = is_split(r, i, end);
	if (!v || is_op(r, i + 1, end, '[') || (is_op(r, i + 1, end, '.') && !split))
		return i;
	bool joined = v->words.scalar && i > 1 && is_op(r, i - 1, end, '+') &&
		      at(r, i - 2)->kind != TOKEN_OP;
	v->used = true;
	for (size_t k = 0; k < v->words.list.n; k++) {
		const struct carry_word *w = &v->words.list.v[k];

		if (split)
			add_split(r, out, w->text, w->line);
		else
			add_word(r, out, w->text, w->line, joined);
	}
	return i;
}

/* The words of an expression. */
static void
take_values(struct reader *r, size_t from, size_t end, struct words *out)
{
	out->scalar = end - from == 1 || (from < end && at(r, from)->kind == TOKEN_STRING);
	for (size_t i = from; i < end; i++) {
		const struct carry_token *t = at(r, i);

		if (t->kind == TOKEN_STRING) {
			i = take_strings(r, i, end, out);
		} else if (t->kind == TOKEN_NAME) {
			i = take_name(r, i, end, out);
		} else if (t->kind == TOKEN_NUMBER && end - from == 1) {
			add_word(r, out, t->text, t->line, false);
		} else if ((is_op(r, i, end, '{') && !r->toml) ||
			   (is_op(r, i, end, '[') && i > from &&
				   (at(r, i - 1)->kind == TOKEN_NAME || is_op(r, i - 1, end, ']') ||
					   is_op(r, i - 1, end, ')')))) {
			i = carry_token_close(&r->tokens, i, end); /* {...} and x[...] */
		}
	}
	if (out->list.n != 1)
		out->scalar = false;
}

static void
emit(struct reader *r, const struct words *words, enum carry_kind kind)
{
	const struct carry_word *v = words->list.v;
	bool ours = false;

	/* A command line in one string, by itself or for a shell. */
	for (size_t i = 0; i < words->list.n; i++) {
		struct carry_text text = *r->in;

		ours = ours || str_starts(v[i].text, "--benchmark-") ||
		       strcmp(v[i].text, "benchmem") == 0 || strcmp(v[i].text, "asv") == 0;
		if (!strpbrk(v[i].text, " \n") || str_starts(v[i].text, "--benchmark-"))
			continue;
		text.text = v[i].text;
		text.line = v[i].line;
		carry_shell(&text, r->out);
	}
	if (!ours)
		return;
	const struct carry_line line = {
		.kind = kind,
		.file = r->in->file,
		.words = arena_copy(r->out->arena, v, words->list.n, sizeof(*v)),
		.n = words->list.n,
	};
	vec_add(&r->out->list, line);
}

static void
assign(struct reader *r, const char *name, size_t from, size_t end, bool append)
{
	struct variable *old = variable_named(r, name);
	struct variable v = {.name = name};

	if (append && old)
		old->used = true;
	if (append && old)
		for (size_t i = 0; i < old->words.list.n; i++)
			vec_add(&v.words.list, old->words.list.v[i]);
	take_values(r, from, end, &v.words);
	v.words.scalar = v.words.scalar && v.words.list.n == 1;
	v.used = r->toml; /* what it says is all there is */
	vec_add(&r->variables, v);
	if (!r->toml)
		return;
	struct words *words = &r->variables.v[r->variables.n - 1].words;
	if (strcmp(name, "addopts") == 0 && words->scalar) {
		struct words split = {0};

		add_split(r, &split, words->list.v[0].text, words->list.v[0].line);
		emit(r, &split, CARRY_ADDOPTS);
		words_done(&split);
	} else {
		emit(r, words, strcmp(name, "addopts") == 0 ? CARRY_ADDOPTS : CARRY_COMMAND);
	}
}

/* NAME = ..., NAME: TYPE = ..., NAME += ..., a.b.NAME = ... */
static bool
take_assignment(struct reader *r, size_t from, size_t end)
{
	size_t i = from;

	while (i + 2 < end && (r->toml ? !is_op(r, i + 1, end, '=') : is_op(r, i + 1, end, '.')))
		i += r->toml ? 1 : 2;
	if (i >= end || (at(r, i)->kind != TOKEN_NAME && at(r, i)->kind != TOKEN_STRING))
		return false;
	const char *name = at(r, i++)->text;
	if (is_op(r, i, end, ':') && !r->toml)
		while (i < end && !is_op(r, i, end, '='))
			i++;
	bool append = is_op(r, i, end, '+') && is_op(r, i + 1, end, '=');
	i += append;
	if (!is_op(r, i, end, '=') || is_op(r, i + 1, end, '='))
		return false;
	assign(r, name, i + 1, end, append);
	return true;
}

static bool
starts_program(const char *name)
{
	static const char *const names[] = {"run", "run_always", "main", "call", "check_call",
		"check_output", "Popen", "system", "execute"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* session.run("pytest", ...), FLAGS.extend([...]) */
static void
take_calls(struct reader *r, size_t from, size_t end)
{
	for (size_t i = from; i + 1 < end; i++) {
		const char *name = at(r, i)->text;

		if (at(r, i)->kind != TOKEN_NAME || !is_op(r, i + 1, end, '('))
			continue;
		size_t close = carry_token_close(&r->tokens, i + 1, end);
		if (starts_program(name)) {
			struct words words = {0};

			take_values(r, i + 2, close, &words);
			emit(r, &words, CARRY_COMMAND);
			words_done(&words);
			i = close;
		} else if ((strcmp(name, "extend") == 0 || strcmp(name, "append") == 0) &&
			   i >= from + 2 && is_op(r, i - 1, end, '.') &&
			   at(r, i - 2)->kind == TOKEN_NAME) {
			assign(r, at(r, i - 2)->text, i + 2, close, true);
			i = close;
		}
	}
}

/* Options that stand somewhere else. */
static void
take_rest(struct reader *r)
{
	struct words words = {0};

	for (size_t i = 0; i < r->tokens.list.n; i++) {
		const struct carry_token *t = at(r, i);

		if (t->kind == TOKEN_STRING && !t->used && str_starts(t->text, "--benchmark-"))
			add_word(r, &words, t->text, t->line, false);
	}
	for (size_t i = 0; i < r->variables.n; i++) {
		const struct variable *v = &r->variables.v[i];

		for (size_t k = 0; k < v->words.list.n && !v->used; k++)
			if (str_starts(v->words.list.v[k].text, "--benchmark-"))
				vec_add(&words.list, v->words.list.v[k]);
	}
	emit(r, &words, CARRY_COMMAND);
	words_done(&words);
}

static void
read_statements(const struct carry_text *text, bool toml, struct carry_lines *out)
{
	struct reader r = {.in = text, .out = out, .toml = toml};

	carry_tokenize(text->text, out->arena, &r.tokens);
	for (size_t i = 0, end; i < r.tokens.list.n; i = end + 1) {
		for (end = i; at(&r, end)->kind != TOKEN_END; end++)
			;
		if (!take_assignment(&r, i, end) || !toml)
			take_calls(&r, i, end);
	}
	take_rest(&r);
	for (size_t i = 0; i < r.variables.n; i++)
		words_done(&r.variables.v[i].words);
	vec_done(&r.variables);
	carry_tokens_done(&r.tokens);
}

void
carry_python(const struct carry_text *text, struct carry_lines *out)
{
	read_statements(text, false, out);
}

void
carry_toml(const struct carry_text *text, struct carry_lines *out)
{
	read_statements(text, true, out);
}
