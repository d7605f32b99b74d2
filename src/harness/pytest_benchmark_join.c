/* Result file and record of one launch, joined by node id: the one has times, the other knows
 * which tests failed, were skipped, or ask for what this revision does not have. */
#include "harness/pytest_benchmark.h"

#include "base/str.h"
#include "harness/adapter.h"

#include <stdint.h>
#include <string.h>

struct join {
	enum pytest_pass pass;
	struct arena *arena;
	struct launch_result *ret;
	vec(struct launch_bench) benches;
	struct named *rows; /* the benches of the result file, sorted */
	size_t n_rows;
};

static void
join_done(struct join *j)
{
	vec_done(&j->benches);
}

static void
set_outcome(struct join *j, const struct json_val *entry, struct launch_bench *bench)
{
	const char *type = json_text(json_get(entry, "type"));
	const char *reason = json_text(json_get(entry, "reason"));
	const char *outcome = json_text(json_get(entry, "outcome"));
	bool skipped = str_eq(outcome, "skipped");

	if (!skipped && !str_eq(outcome, "failed"))
		return;
	outcome_set(&bench->outcome, skipped ? OUTCOME_SKIPPED : OUTCOME_FAILED, "%s%s%s",
		type ? type : "", type ? ": " : "", adapter_first_line(j->arena, reason));
	bench->absent = json_is_true(json_get(entry, "lack"));
	/* What a failed test timed is not what was to be timed. */
	bench->values = bench->cpu_values = NULL;
	bench->n_values = 0;
	bench->has_summary = false;
}

static void
set_marks(struct join *j, const struct json_val *list, struct launch_bench *bench)
{
	const char **marks = arena_alloc(j->arena, json_length(list) + 1, sizeof(*marks));

	for (size_t i = 0; i < json_length(list); i++) {
		const char *mark = json_text(json_at(list, i));
		if (mark)
			marks[bench->n_marks++] = arena_strdup(j->arena, mark);
	}
	bench->marks = marks;
}

static struct launch_bench
untimed(struct join *j, const char *name)
{
	bool memory = j->pass == PYTEST_MEMORY;

	return (struct launch_bench){
		.name = arena_strdup(j->arena, name),
		.metric = memory ? "peak" : "time",
		.unit = memory ? "B" : "s",
	};
}

static void
join_test(struct join *j, const struct json_val *test)
{
	const char *id = json_text(json_get(test, "id"));
	size_t at = id ? named_find(j->rows, j->n_rows, id) : SIZE_MAX;

	if (!id)
		return;
	if (at == SIZE_MAX) {
		struct launch_bench bench = untimed(j, id);
		bench.group = arena_strdup(j->arena, json_text(json_get(test, "group")));
		bench.param = arena_strdup(j->arena, json_text(json_get(test, "param")));
		outcome_set(&bench.outcome, OUTCOME_BAD_OUTPUT, "it passed, but timed nothing");
		at = j->benches.n;
		vec_add(&j->benches, bench);
	}
	/* Each metric is a row; equal names stand together in the file. */
	for (bool same = true; same; at--) {
		struct launch_bench *bench = &j->benches.v[at];

		set_marks(j, json_get(test, "marks"), bench);
		set_outcome(j, test, bench);
		same = at > 0 && strcmp(bench[-1].name, bench->name) == 0;
	}
}

/* A file that could not be imported, or left itself out: its benches are not known, but for those
 * that were asked for; otherwise the file itself stands for them. pytest 6 and 7 name no file when
 * a conftest ended the whole collection. */
static void
join_file(struct join *j, const struct json_val *entry, const char *const *only)
{
	const char *id = json_text(json_get(entry, "id"));
	struct launch_bench bench = untimed(j, id && *id ? id : "(collection)");
	bool asked = false;

	set_outcome(j, entry, &bench);
	for (; id && only && *only; only++) {
		if (!str_starts(*only, id) || !str_starts(*only + strlen(id), "::") ||
			named_find(j->rows, j->n_rows, *only) != SIZE_MAX)
			continue;
		bench.name = arena_strdup(j->arena, *only);
		vec_add(&j->benches, bench);
		asked = true;
	}
	if (!asked)
		vec_add(&j->benches, bench);
}

static void
add_notes(struct join *j, const struct json_val *list)
{
	vec(const char *) notes = {0};

	for (const char *const *p = j->ret->notes; p && *p; p++)
		vec_add(&notes, *p);
	for (size_t i = 0; i < json_length(list); i++)
		if (json_text(json_at(list, i)))
			vec_add(&notes, arena_strdup(j->arena, json_text(json_at(list, i))));
	vec_add(&notes, NULL);
	if (notes.n > 1)
		j->ret->notes = arena_copy(j->arena, notes.v, notes.n, sizeof(*notes.v));
	vec_done(&notes);
}

static void
set_version(struct join *j, const struct json_val *root)
{
	const char *bench = json_text(json_get(root, "pytest_benchmark"));
	const char *pytest = json_text(json_get(root, "pytest"));
	const char *python = json_text(json_get(root, "python"));

	if (bench && pytest && python)
		j->ret->harness_version = arena_printf(j->arena,
			"pytest-benchmark %s, pytest %s, Python %s", bench, pytest, python);
}

/* With nothing measured, a file that failed for another reason than this revision's age is why. */
static void
judge_launch(struct join *j, const struct json_val *files)
{
	for (size_t i = 0; i < j->benches.n; i++)
		if (j->benches.v[i].outcome.kind == OUTCOME_OK)
			return;
	for (size_t i = 0; i < json_length(files); i++) {
		const struct json_val *file = json_at(files, i);
		const char *id = json_text(json_get(file, "id"));
		struct launch_bench like = {0};

		set_outcome(j, file, &like);
		bool lack_of_one_file = like.absent && id && *id;
		if (like.outcome.kind != OUTCOME_FAILED || lack_of_one_file)
			continue;
		outcome_set(&j->ret->outcome, OUTCOME_FAILED, "%s cannot be collected: %s",
			id && *id ? id : "the suite", like.outcome.detail);
		return;
	}
}

void
pytest_benchmark_join(const struct json *record, const char *const *only, enum pytest_pass pass,
	struct arena *arena, struct launch_result *ret)
{
	const struct json_val *root = json_root(record);
	const struct json_val *tests = json_get(root, "tests");
	const struct json_val *files = json_get(root, "collected");
	scoped(join) j = {.pass = pass, .arena = arena, .ret = ret, .n_rows = ret->n_benches};

	if (json_length(tests) + json_length(files) > ADAPTER_BENCH_MAX) {
		outcome_set(
			&ret->outcome, OUTCOME_BAD_OUTPUT, "more than %d tests", ADAPTER_BENCH_MAX);
		return;
	}
	j.rows = arena_alloc(arena, j.n_rows + 1, sizeof(*j.rows));
	for (size_t i = 0; i < j.n_rows; i++) {
		j.rows[i] = (struct named){ret->benches[i].name, i};
		vec_add(&j.benches, ret->benches[i]);
	}
	named_sort(j.rows, j.n_rows);
	for (size_t i = 0; i < json_length(tests); i++)
		join_test(&j, json_at(tests, i));
	for (size_t i = 0; i < json_length(files); i++)
		join_file(&j, json_at(files, i), only);
	judge_launch(&j, files);
	ret->n_benches = j.benches.n;
	ret->benches = arena_copy(arena, j.benches.v, j.benches.n, sizeof(*j.benches.v));
	add_notes(&j, json_get(root, "notes"));
	set_version(&j, root);
}
