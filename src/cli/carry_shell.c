/* Command lines out of texts that a shell would read. */
#include "cli/carry.h"

#include "base/str.h"
#include "sys/fs.h"

#include <ctype.h>
#include <string.h>

struct splitter {
	const struct carry_text *in;
	struct carry_lines *out;
	const char *p;
	int line, word_line;
	const char *dir;
	bool in_word;
	struct str word;
	vec(struct carry_word) words;
};

void
carry_lines_done(struct carry_lines *lines)
{
	vec_done(&lines->list);
}

static bool
is_program(const char *word, const char *name)
{
	return strcmp(path_base(word), name) == 0;
}

static bool
concerns_us(const struct carry_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(words[i].text, "--benchmark-") ||
			(i + 1 < n && is_program(words[i].text, "benchmem")) ||
			(i + 1 < n && is_program(words[i].text, "asv")))
			return true;
	return false;
}

/* FLAGS = ..., FLAGS := ... */
static bool
is_assignment(const struct carry_word *words, size_t n)
{
	size_t name = strcspn(words[0].text, "=:?+");

	return words[0].text[name] == '=' ? n == 1
					  : n > 1 && (strcmp(words[1].text, "=") == 0 ||
							     strcmp(words[1].text, ":=") == 0 ||
							     strcmp(words[1].text, "::=") == 0 ||
							     strcmp(words[1].text, "?=") == 0 ||
							     strcmp(words[1].text, "+=") == 0);
}

/* sh -c "pytest --benchmark-only": a command line inside of a word. */
static void
look_inside(struct splitter *s, const struct carry_word *word)
{
	const char *option = strstr(word->text, "--benchmark-");

	if (s->in->nested || !option || option == word->text || !isspace((unsigned char)option[-1]))
		return;
	struct carry_text inner = *s->in;
	inner.nested = true;
	inner.text = word->text;
	inner.line = word->line;
	inner.dir = s->dir;
	carry_shell(&inner, s->out);
}

static void
end_word(struct splitter *s)
{
	if (!s->in_word)
		return;
	const char *text = s->word.p;
	if (s->in->makefile && s->words.n == 0)
		text += strspn(text, "@-+");
	const struct carry_word word = {arena_strdup(s->out->arena, text), s->word_line};
	if (*text || s->words.n)
		vec_add(&s->words, word);
	look_inside(s, &word);
	str_clear(&s->word);
	s->in_word = false;
}

static void
end_command(struct splitter *s)
{
	end_word(s);
	size_t n = s->words.n;
	const struct carry_word *words = s->words.v;

	if (n == 2 && strcmp(words[0].text, "cd") == 0) {
		s->dir = s->dir && words[1].text[0] != '/'
				 ? arena_printf(s->out->arena, "%s/%s", s->dir, words[1].text)
				 : words[1].text;
	} else if (n && concerns_us(words, n) && !(s->in->makefile && is_assignment(words, n))) {
		const struct carry_line line = {
			.kind = s->in->kind,
			.file = s->in->file,
			.dir = s->dir,
			.words = arena_copy(s->out->arena, words, n, sizeof(*words)),
			.n = n,
		};
		vec_add(&s->out->list, line);
	}
	s->words.n = 0;
}

static void
add_char(struct splitter *s, char c)
{
	if (!s->in_word)
		s->word_line = s->line;
	s->in_word = true;
	str_addc(&s->word, c);
}

/* ${{ ... }} and $( ... ) as they stand. */
static bool
take_expansion(struct splitter *s)
{
	const char *open = s->p[1] == '(' ? "(" : str_starts(s->p, "${") ? "{" : NULL;
	int depth = 0;

	if (!open)
		return false;
	for (; *s->p && *s->p != '\n'; s->p++) {
		depth += (*s->p == *open) - (*s->p == (*open == '(' ? ')' : '}'));
		add_char(s, *s->p);
		if (depth == 0 && *s->p != '$')
			break;
	}
	s->p += *s->p && *s->p != '\n';
	return true;
}

static void
take_quoted(struct splitter *s)
{
	char quote = *s->p++;

	if (!s->in_word)
		s->word_line = s->line;
	s->in_word = true; /* also when it is empty */
	for (; *s->p && *s->p != quote; s->p++) {
		if (quote == '"' && *s->p == '\\' && s->p[1] && strchr("\"\\$`\n", s->p[1]))
			s->p++;
		s->line += *s->p == '\n';
		add_char(s, *s->p);
	}
	s->p += *s->p == quote;
}

static void
take_other(struct splitter *s)
{
	char c = *s->p++;

	if (c == '\\' && *s->p == '\n') {
		s->p++;
		s->line++;
	} else if (c == '\\' && *s->p) {
		add_char(s, *s->p++);
	} else if (c == '#' && !s->in_word && s->in->kind == CARRY_COMMAND) {
		s->p += strcspn(s->p, "\n");
	} else if (c == '\n') {
		if (s->in->one_line)
			end_word(s);
		else
			end_command(s);
		s->line++;
	} else if (isspace((unsigned char)c)) {
		end_word(s);
	} else if (strchr(";&|()", c)) {
		end_command(s);
	} else {
		add_char(s, c);
	}
}

void
carry_shell(const struct carry_text *text, struct carry_lines *out)
{
	struct splitter s = {
		.in = text, .out = out, .p = text->text, .line = text->line, .dir = text->dir};

	str_init(&s.word, STR_MAX);
	while (*s.p) {
		if (*s.p == '$' && take_expansion(&s))
			continue;
		if (*s.p == '"' || *s.p == '\'')
			take_quoted(&s);
		else
			take_other(&s);
	}
	end_command(&s);
	str_done(&s.word);
	vec_done(&s.words);
}
