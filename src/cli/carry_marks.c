/* pytest's -m as conditions of gates. */
#include "cli/carry.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

struct expression {
	struct arena *arena;
	const char *p;
	struct str where; /* the conditions of one alternative */
	carried_texts all;
};

/* The next word, in the arena; NULL at the end and at what is no word. */
static const char *
next_word(struct expression *x)
{
	x->p += strspn(x->p, " \t\n");
	const char *start = x->p;

	while (isalnum((unsigned char)*x->p) || *x->p == '_')
		x->p++;
	return x->p > start ? arena_strndup(x->arena, start, (size_t)(x->p - start)) : NULL;
}

/* [not] MARK */
static bool
take_term(struct expression *x)
{
	const char *word = next_word(x);
	bool negated = word && strcmp(word, "not") == 0;

	if (negated)
		word = next_word(x);
	if (!word || strcmp(word, "and") == 0 || strcmp(word, "or") == 0)
		return false;
	str_addf(&x->where, "%s%smark=%s", x->where.n ? "," : "", negated ? "!" : "", word);
	return true;
}

static bool
take_all(struct expression *x)
{
	for (;;) {
		if (!take_term(x))
			return false;
		const char *word = next_word(x);
		if (word && strcmp(word, "and") == 0)
			continue;
		if (word && strcmp(word, "or") != 0)
			return false;
		vec_add(&x->all, arena_strdup(x->arena, x->where.p));
		str_clear(&x->where);
		if (!word)
			return !*x->p;
	}
}

const char *const *
carry_marks(struct arena *arena, const char *expression)
{
	struct expression x = {.arena = arena, .p = expression, .where = STR_INIT};
	const char *const *ret = NULL;

	if (take_all(&x)) {
		vec_add(&x.all, NULL);
		ret = arena_copy(arena, x.all.v, x.all.n, sizeof(*x.all.v));
	}
	str_done(&x.where);
	vec_done(&x.all);
	return ret;
}
