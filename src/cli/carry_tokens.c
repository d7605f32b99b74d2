#include "cli/carry_tokens.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

struct lexer {
	const char *p;
	int line, depth;
	struct arena *arena;
	struct carry_tokens *out;
};

void
carry_tokens_done(struct carry_tokens *tokens)
{
	vec_done(&tokens->list);
}

bool
carry_token_is(const struct carry_token *token, enum carry_token_kind kind, const char *text)
{
	return token->kind == kind && strcmp(token->text, text) == 0;
}

size_t
carry_token_close(const struct carry_tokens *tokens, size_t open, size_t end)
{
	int depth = 0;

	for (size_t i = open; i < end; i++) {
		const struct carry_token *t = &tokens->list.v[i];

		if (t->kind != TOKEN_OP)
			continue;
		depth += strchr("([{", t->text[0]) != NULL;
		depth -= strchr(")]}", t->text[0]) != NULL;
		if (depth == 0)
			return i;
	}
	return end;
}

static void
add(struct lexer *x, enum carry_token_kind kind, const char *text, size_t n, int line)
{
	const struct carry_token token = {
		.kind = kind, .line = line, .text = arena_strndup(x->arena, text, n)};

	vec_add(&x->out->list, token);
}

static void
end_statement(struct lexer *x)
{
	const size_t n = x->out->list.n;

	if (n && x->out->list.v[n - 1].kind != TOKEN_END)
		add(x, TOKEN_END, "", 0, x->line);
}

static void
take_escape(struct lexer *x, struct str *text)
{
	const char c = *++x->p;

	x->line += c == '\n';
	if (c == 'n' || c == 't')
		str_addc(text, c == 'n' ? '\n' : '\t');
	else if (c && strchr("\\'\"", c))
		str_addc(text, c);
	else if (c && c != '\n')
		str_addf(text, "\\%c", c);
	x->p += c != '\0';
}

/* p stands at the quote. */
static void
take_string(struct lexer *x, bool raw, bool format)
{
	const char quote = *x->p;
	const int line = x->line;
	const size_t width = x->p[1] == quote && x->p[2] == quote ? 3 : 1;
	const char marks[] = {quote, width == 3 ? quote : '\0', quote, '\0'};
	scoped(str) text = STR_INIT;

	x->p += width;
	while (*x->p && !str_starts(x->p, marks)) {
		if (width == 1 && *x->p == '\n')
			break; /* not closed */
		if (*x->p == '\\' && !raw) {
			take_escape(x, &text);
			continue;
		}
		x->line += *x->p == '\n';
		str_addc(&text, *x->p++);
	}
	x->p += str_starts(x->p, marks) ? width : 0;
	add(x, TOKEN_STRING, text.p, text.n, line);
	x->out->list.v[x->out->list.n - 1].format = format;
}

/* A name, a number, or the letters in front of a string. */
static void
take_word(struct lexer *x)
{
	const char *start = x->p;
	size_t n = 0;

	while (isalnum((unsigned char)start[n]) || start[n] == '_' || (start[n] & 0x80) ||
		(isdigit((unsigned char)start[0]) && start[n] == '.'))
		n++;
	x->p += n;
	if (n <= 2 && (*x->p == '"' || *x->p == '\'') && strspn(start, "rRbBuUfF") >= n) {
		bool raw = memchr(start, 'r', n) || memchr(start, 'R', n);
		take_string(x, raw, memchr(start, 'f', n) || memchr(start, 'F', n));
		return;
	}
	add(x, isdigit((unsigned char)start[0]) ? TOKEN_NUMBER : TOKEN_NAME, start, n, x->line);
}

static void
take_newline(struct lexer *x)
{
	x->p++;
	if (x->depth == 0)
		end_statement(x);
	x->line++;
}

void
carry_tokenize(const char *text, struct arena *arena, struct carry_tokens *ret)
{
	struct lexer x = {.p = text, .line = 1, .arena = arena, .out = ret};

	while (*x.p) {
		const char c = *x.p;

		if (c == '#') {
			x.p += strcspn(x.p, "\n");
		} else if (c == '\n') {
			take_newline(&x);
		} else if (c == '\\' && x.p[1] == '\n') {
			x.p += 2;
			x.line++;
		} else if (c == '"' || c == '\'') {
			take_string(&x, false, false);
		} else if (isalnum((unsigned char)c) || c == '_' || (c & 0x80)) {
			take_word(&x);
		} else if (isspace((unsigned char)c)) {
			x.p++;
		} else {
			x.depth += strchr("([{", c) != NULL;
			x.depth -= strchr(")]}", c) != NULL && x.depth > 0;
			add(&x, TOKEN_OP, x.p++, 1, x.line);
		}
	}
	end_statement(&x);
}
