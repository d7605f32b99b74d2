/* Suites that were given up on a revision: a sweep that goes on does not try them again unasked.
 * They are facts of the sweep; an empty text takes one back. */
#include "sweep_priv.h"

#include "base/jsonw.h"
#include "ext/json.h"

#include <string.h>

static const char *
key_of(struct carry *carry, size_t rev, size_t suite)
{
	return arena_printf(
		&carry->arena, "given-up %zu %s", rev, carry->sweep->plan->suites[suite].title);
}

int
given_up_keep(struct carry *carry, size_t rev, size_t suite, struct err *err)
{
	const struct arm *arm = carry_arm(carry, rev, suite);
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text};

	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "outcome", outcome_name(arm->outcome.kind));
	jsonw_text(&w, "detail", arm->outcome.detail);
	jsonw_text(&w, "log", arm->log);
	jsonw_close(&w, '}');
	return store_set_fact(
		carry->sweep->store, carry->sweep->id, key_of(carry, rev, suite), text.p, err);
}

/* The words of an earlier session; NULL: there are none that count. */
static int
read_fact(struct carry *carry, size_t rev, size_t suite, const char **ret, struct err *err)
{
	*ret = NULL;
	if (!carry->sweep->resumed)
		return 0;
	if (store_fact(carry->sweep->store, carry->sweep->id, key_of(carry, rev, suite),
		    &carry->arena, ret, err) < 0)
		return -1;
	if (*ret && !**ret)
		*ret = NULL;
	return 0;
}

int
given_up_forget(struct carry *carry, size_t rev, size_t suite, struct err *err)
{
	const char *text;

	if (read_fact(carry, rev, suite, &text, err) < 0)
		return -1;
	if (!text)
		return 0;
	return store_set_fact(
		carry->sweep->store, carry->sweep->id, key_of(carry, rev, suite), "", err);
}

int
given_up_recall(struct carry *carry, size_t rev, size_t suite, struct err *err)
{
	struct arm *arm = carry_arm(carry, rev, suite);
	struct json *doc = NULL;
	const char *text;

	if (carry->sweep->options.retry_suites)
		return 0;
	if (read_fact(carry, rev, suite, &text, err) < 0)
		return -1;
	if (!text)
		return 0;
	if (json_parse(text, strlen(text), &doc, err) < 0) {
		err->kind = ERR_STORE;
		return err_wrap(err, "what sweep #%jd has given up", (intmax_t)carry->sweep->id);
	}
	const char *name = json_text(json_get(json_root(doc), "outcome"));
	const char *detail = json_text(json_get(json_root(doc), "detail"));
	outcome_set(&arm->outcome, name ? outcome_of_name(name) : OUTCOME_FAILED, "%s",
		detail ? detail : "");
	arm->log = arena_strdup(&carry->arena, json_text(json_get(json_root(doc), "log")));
	arm->out = true;
	json_free(doc);
	return 0;
}
