#include "core/version.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* What may come next in a version, in the order in which versions stand that are equal up to there.
 */
enum rank {
	RANK_DEV,
	RANK_ALPHA,
	RANK_BETA,
	RANK_MILESTONE,
	RANK_PREVIEW,
	RANK_CANDIDATE,
	RANK_END,
	RANK_WORD,     /* "1.1.1a", "1.0.post1" */
	RANK_REVISION, /* "1.0-2" */
	RANK_NUMBER,   /* "1.0.2" */
	RANK_PRE_WORD, /* a word behind one of the first six: "1.0-alpha.beta" */
};

static const struct stage {
	const char *word;
	enum rank rank;
} stages[] = {
	{"dev", RANK_DEV},
	{"snapshot", RANK_DEV},
	{"nightly", RANK_DEV},
	{"alpha", RANK_ALPHA},
	{"beta", RANK_BETA},
	{"milestone", RANK_MILESTONE},
	{"pre", RANK_PREVIEW},
	{"preview", RANK_PREVIEW},
	{"rc", RANK_CANDIDATE},
	{"cr", RANK_CANDIDATE},
	/* One letter is a stage only when a number follows at once: OpenSSL 1.1.1a is no alpha. */
	{"a", RANK_ALPHA},
	{"b", RANK_BETA},
	{"m", RANK_MILESTONE},
	{"c", RANK_CANDIDATE},
	/* The release itself, when nothing follows. */
	{"final", RANK_END},
	{"ga", RANK_END},
	{"release", RANK_END},
};

struct token {
	enum rank rank;
	const char *p;
	size_t n;
};

struct scan {
	const char *p;
	bool numbered; /* a number was there */
	bool behind;   /* the token before was a number */
	bool pre;      /* a stage before the release was there */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static size_t
digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* The length of "0.0.0" when it ends a run of numbers, 0 otherwise: 1.0 and 1.0.0 are the same. */
static size_t
final_zeros(const char *run)
{
	const char *p = run;

	for (;;) {
		p += strspn(p, "0");
		if (is_digit(*p))
			return 0;
		if ((*p != '.' && *p != '_') || !is_digit(p[1]))
			return (size_t)(p - run);
		p++;
	}
}

static bool
take_number(struct scan *s, char separator, struct token *ret)
{
	bool revision = s->behind && (separator == '-' || separator == '+' || separator == '/');
	size_t zeros = final_zeros(s->p);

	s->numbered = s->behind = true;
	if (zeros) {
		s->p += zeros;
		return false;
	}
	s->p += strspn(s->p, "0");
	/* A zero between others is empty here, the smallest of all numbers. */
	*ret = (struct token){revision ? RANK_REVISION : RANK_NUMBER, s->p, digits(s->p)};
	s->p += ret->n;
	return true;
}

static enum rank
word_rank(const struct scan *s, const char *word, size_t n)
{
	for (size_t i = 0; s->numbered && i < ARRAY_LEN(stages); i++) {
		const struct stage *stage = &stages[i];

		if (strlen(stage->word) != n || strncasecmp(stage->word, word, n) != 0)
			continue;
		if ((n == 1 && !is_digit(word[1])) || (stage->rank == RANK_END && word[n]))
			continue;
		if (!s->pre || stage->rank == RANK_DEV || stage->rank == RANK_END)
			return stage->rank;
	}
	return s->pre ? RANK_PRE_WORD : RANK_WORD;
}

static bool
take_word(struct scan *s, struct token *ret)
{
	const char *word = s->p;
	size_t n = 0;

	while (is_letter(word[n]))
		n++;
	s->p += n;
	if (n == 1 && (*word == 'v' || *word == 'V') && is_digit(word[1]) && !s->behind)
		return false;
	enum rank rank = word_rank(s, word, n);
	s->behind = false;
	s->pre |= rank < RANK_END;
	*ret = (struct token){rank, word, rank < RANK_END ? 0 : n};
	return rank != RANK_END;
}

static struct token
next(struct scan *s)
{
	struct token token = {RANK_END, s->p, 0};

	for (;;) {
		char separator = '\0';

		while (*s->p && !is_digit(*s->p) && !is_letter(*s->p))
			separator = *s->p++;
		if (!*s->p)
			return (struct token){RANK_END, s->p, 0};
		if (is_digit(*s->p) ? take_number(s, separator, &token) : take_word(s, &token))
			return token;
	}
}

static int
compare_tokens(const struct token *a, const struct token *b)
{
	size_t n = a->n < b->n ? a->n : b->n;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	bool number = a->rank == RANK_NUMBER || a->rank == RANK_REVISION;
	if (number && a->n != b->n)
		return a->n < b->n ? -1 : 1;
	int order = strncasecmp(a->p, b->p, n);
	if (order == 0 && a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return order;
}

int
version_compare(const char *a, const char *b)
{
	struct scan left = {.p = a}, right = {.p = b};

	for (;;) {
		struct token one = next(&left), two = next(&right);
		int order = compare_tokens(&one, &two);

		if (order)
			return order;
		if (one.rank == RANK_END)
			return strcmp(a, b);
	}
}
