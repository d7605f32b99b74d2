/* What a pilot fixed, as a fact of the sweep: an interrupted one goes on with it. */
#include "sweep_priv.h"

#include "base/jsonw.h"
#include "ext/json.h"

#include <string.h>

static const char *
fact_key(struct carry *carry, size_t suite)
{
	return arena_printf(&carry->arena, "rounds:%s", carry->sweep->plan->suites[suite].title);
}

int
pilot_keep(struct carry *carry, size_t suite, struct err *err)
{
	struct launch_request fixed = {0};
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text};

	pilot_apply(carry->pilots, suite, &fixed);
	jsonw_open(&w, NULL, '[');
	for (size_t i = 0; i < fixed.n_fixed; i++) {
		jsonw_open(&w, NULL, '{');
		jsonw_text(&w, "bench", fixed.fixed[i].name);
		jsonw_int(&w, "rounds", fixed.fixed[i].rounds);
		jsonw_int(&w, "iterations", (int64_t)fixed.fixed[i].iterations);
		jsonw_int(&w, "skip", fixed.fixed[i].skip);
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, ']');
	return store_set_fact(
		carry->sweep->store, carry->sweep->id, fact_key(carry, suite), text.p, err);
}

/* A number of ours that was stored; what is none, or out of range, is 0. */
static uint64_t
stored_number(const struct json_val *v, const char *key)
{
	double number = json_number(json_get(v, key));

	return number >= 0 && number < 9e15 ? (uint64_t)number : 0;
}

int
pilot_restore(struct carry *carry, size_t suite, struct err *err)
{
	const char *text = NULL;
	struct json *doc = NULL;

	if (store_fact(carry->sweep->store, carry->sweep->id, fact_key(carry, suite), &carry->arena,
		    &text, err) < 0)
		return -1;
	if (!text)
		return 0;
	if (json_parse(text, strlen(text), &doc, err) < 0)
		return err_wrap(err, "the stored rounds are unreadable");
	const struct json_val *list = json_root(doc);
	struct bench_rounds *fixed = arena_alloc(&carry->arena, json_length(list), sizeof(*fixed));
	size_t n = 0;
	for (size_t i = 0; i < json_length(list); i++) {
		const struct json_val *v = json_at(list, i);
		const char *name = json_text(json_get(v, "bench"));
		uint64_t rounds = stored_number(v, "rounds");

		if (!name || rounds == 0)
			continue;
		fixed[n++] = (struct bench_rounds){
			.name = arena_strdup(&carry->arena, name),
			.rounds = (unsigned)rounds,
			.iterations = stored_number(v, "iterations"),
			.skip = (unsigned)stored_number(v, "skip"),
		};
	}
	json_free(doc);
	pilot_set(carry->pilots, suite, fixed, n);
	return 0;
}
