#include "sweep/runs.h"

#include "base/str.h"
#include "format/known.h"
#include "runs_priv.h"
#include "sweep/terms.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* One revision on its way to a run. */
struct making {
	const struct results *results;
	const struct store_sweep *sweep;
	const struct bench_index *index;
	struct raw_outputs raw;
	size_t rev, measured; /* measured: that of which there are launches */
	bool keep_data;
	size_t pooled, single; /* values by where their rounds come from */
	bool several_suites;
	struct run *run;
};

void
run_list_done(struct run_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		run_done(&list->v[i]);
	vec_done(list);
}

/* ---- numbers */

/* A launch as one round: like one, its mean is over everything that it did. */
static double
number_of(const struct sample *s)
{
	if (!isnan(s->v[SUMMARY_MEAN]))
		return s->v[SUMMARY_MEAN];
	return isnan(s->v[SUMMARY_MEDIAN]) ? s->v[SUMMARY_MIN] : s->v[SUMMARY_MEDIAN];
}

static size_t
count_samples(const struct results_cell *cell, const struct sample **ret_first)
{
	size_t n = 0;

	for (size_t i = cell->n_blocks; i-- > 0;) {
		if (!cell->blocks[i].rounds)
			continue;
		*ret_first = &cell->blocks[i];
		n++;
	}
	return n;
}

static void
set_iterations(struct run_value *value, double iterations)
{
	if (iterations > 0)
		value->stat[RUN_ITERATIONS] = iterations;
}

static void
set_launches(struct making *m, const struct results_cell *cell, size_t n,
	const struct sample *first, struct run_value *value)
{
	double *data = arena_alloc(&m->raw.file.arena, n, sizeof(*data));
	double iterations = (double)(first->iterations ? first->iterations : 1);

	for (size_t i = 0; i < cell->n_blocks; i++)
		if (cell->blocks[i].rounds)
			data[value->n_data++] = number_of(&cell->blocks[i]);
	value->data = data;
	set_iterations(value, iterations * (double)first->rounds);
	m->single++;
}

/* False when there is no number. */
static bool
make_value(struct making *m, size_t at, struct run_value *ret)
{
	const struct bench *bench = &m->results->benches.v[at];
	const struct results_cell *cell = results_cell(m->results, at, m->measured);
	const struct rounds *rounds = &m->raw.rounds[at];
	const struct sample *first = NULL;
	size_t n = count_samples(cell, &first);

	if (n == 0)
		return false;
	*ret = rounds->whole ? rounds->value : run_value_init();
	ret->metric = bench->metric;
	ret->unit = bench->unit;
	ret->direction = bench->direction;
	ret->clock = bench->clock;
	if (rounds->whole)
		return true; /* nothing to say about a launch that is taken as it is */
	if (rounds->launches == n) {
		ret->data = rounds->data.v;
		ret->n_data = rounds->data.n;
		set_iterations(ret, (double)first->iterations);
		m->pooled++;
	} else {
		set_launches(m, cell, n, first, ret);
	}
	format_fill(ret);
	return true;
}

/* benchmem takes its headlines of all metrics from the pass with the smallest peak. */
static void
set_headlines(struct run_value *values, size_t n)
{
	const struct run_value *peak = NULL;
	size_t best = 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(values[i].metric, "peak") == 0 && values[i].n_data)
			peak = &values[i];
	for (size_t i = 0; peak && i < peak->n_data; i++)
		best = peak->data[i] < peak->data[best] ? i : best;
	for (size_t i = 0; i < n; i++) {
		struct run_value *v = &values[i];
		bool of_peak = strcmp(v->metric, "peak") == 0 ||
			       strcmp(v->metric, "allocations") == 0 ||
			       strcmp(v->metric, "allocated") == 0;

		if (of_peak && peak && v->n_data == peak->n_data)
			v->headline = v->data[best];
		else if (strcmp(v->metric, "rss") == 0 || of_peak)
			v->headline = v->stat[RUN_MIN];
	}
}

/* ---- benches */

/* "tests/x.py::TestC::test_p[a::b]" -> "test_p[a::b]" */
static const char *
short_name(const char *name)
{
	size_t end = strcspn(name, "[");
	const char *p = name;

	for (size_t i = 0; i + 1 < end; i++)
		if (name[i] == ':' && name[i + 1] == ':' && name[i + 2])
			p = name + i + 2;
	return p;
}

static const char *const *
marks_of(struct making *m, const struct bench *bench)
{
	const char **marks = arena_alloc(&m->raw.file.arena, bench->n_marks + 1, sizeof(*marks));

	for (size_t i = 0; i < bench->n_marks; i++)
		marks[i] = bench->marks[i];
	return bench->n_marks ? marks : NULL;
}

/* The benches of the index from `first` on that have its name; those of its suite come one after
 * the other. */
static size_t
end_of(const struct making *m, size_t first, bool same_suite)
{
	const struct bench *benches = m->results->benches.v;
	const struct bench *b = &benches[m->index->v[first]];
	size_t end = first;

	while (end < m->results->benches.n) {
		const struct bench *other = &benches[m->index->v[end]];

		if (strcmp(other->name, b->name) != 0 ||
			(same_suite && strcmp(other->suite, b->suite) != 0))
			break;
		end++;
	}
	return end;
}

/* What joins runs: the name alone, unless another suite has it, too. */
static const char *
full_name(struct making *m, const struct bench *bench)
{
	size_t first = bench_index_find(m->index, bench->name, "", "");

	if (end_of(m, first, false) == end_of(m, first, true))
		return bench->name;
	m->several_suites = true;
	return arena_printf(&m->raw.file.arena, "%s/%s", bench->suite, bench->name);
}

static const struct outcome *
why_no_number(const struct making *m, size_t at)
{
	const struct results_cell *cell = results_cell(m->results, at, m->measured);

	return cell->absent || cell->outcome.kind == OUTCOME_OK ? NULL : &cell->outcome;
}

/* A bench with its metrics: places first to end of the index. */
static void
add_bench(struct making *m, size_t first, size_t end)
{
	const struct bench *bench = &m->results->benches.v[m->index->v[first]];
	struct run_bench b = {
		.group = bench->group, .param = bench->param, .params = bench->params};
	struct run_value *values = arena_alloc(&m->raw.file.arena, end - first, sizeof(*values));

	for (size_t i = first; i < end; i++) {
		size_t at = m->index->v[i];

		if (m->raw.rounds[at].bench)
			b = *m->raw.rounds[at].bench;
	}
	for (size_t i = first; i < end; i++) {
		size_t at = m->index->v[i];

		b.n_values += make_value(m, at, &values[b.n_values]);
		if (!b.outcome)
			b.outcome = why_no_number(m, at);
	}
	if (!b.n_values && !b.outcome)
		return;
	if (b.n_values)
		b.outcome = NULL;
	set_headlines(values, b.n_values);
	b.values = values;
	b.fullname = full_name(m, bench);
	b.name = b.name ? b.name : short_name(bench->name);
	b.marks = bench->n_marks ? marks_of(m, bench) : b.marks;
	run_add(m->run, &b, m->keep_data);
}

/* In the order in which they became known. */
static void
add_benches(struct making *m)
{
	for (size_t at = 0; at < m->results->benches.n; at++) {
		const struct bench *bench = &m->results->benches.v[at];
		size_t first = bench_index_find(m->index, bench->name, bench->suite, "");
		size_t end = end_of(m, first, true);
		size_t least = at;

		for (size_t i = first; i < end; i++)
			least = m->index->v[i] < least ? m->index->v[i] : least;
		if (least == at)
			add_bench(m, first, end);
	}
}

/* ---- facts */

static const char *
iso_date(struct arena *arena, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[40];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S+00:00", &tm);
	return arena_strdup(arena, text);
}

static void
set_machine(struct run *run, const char *key, const char *value)
{
	if (*value && strcmp(value, "unknown") != 0 && !run_machine_of(run, key))
		run_machine(run, key, value);
}

static void
set_machine_number(struct run *run, const char *key, double value)
{
	char text[32];
	struct run_pair pair = {.key = key, .value = text};

	snprintf(text, sizeof(text), "%.0f", value);
	if (value > 0 && !run_machine_of(run, key))
		run_machine_pair(run, &pair);
}

/* Where the harness does not say it itself, under the names that Python has for it. */
static void
add_host(struct run *run, const struct host *host)
{
	char system[64] = "", release[64] = "", machine[64] = "";

	sscanf(host->kernel, "%63s %63s %63s", system, release, machine);
	set_machine(run, "node", host->name);
	set_machine(run, "machine", machine);
	set_machine(run, "release", release);
	set_machine(run, "system", system);
	set_machine(run, "cpu.brand_raw", host->cpu);
	set_machine_number(run, "cpu.count", host->cpus);
	set_machine(run, "host.os", host->os);
	set_machine_number(run, "host.memory", (double)host->memory);
	set_machine(run, "host.governor", host->governor);
	set_machine(run, "host.turbo", host->turbo);
	run_machine_pair(
		run, &(struct run_pair){"host.virtual", host->virtual ? "True" : "False", false});
}

/* Revisions are measured in turns, none before another. Programs that go by dates (pytest-park, for
 * what comes before what) get the order of the sweep as a fraction of its second. */
static const char *
date_in_sweep(const struct making *m, struct arena *arena)
{
	const char *date = iso_date(arena, m->sweep->created);

	return arena_printf(arena, "%.19s.%06zu%s", date, m->rev, date + 19);
}

/* What the file of an import says is what there is to say; of a sweep, the store knows better than
 * a harness that sees a directory. */
static void
add_facts(struct making *m, const struct terms *terms)
{
	struct run *run = m->run;
	struct run_facts *f = &run->facts;
	struct arena *arena = &run->arena;
	const struct rev *rev = &m->results->revs.v[m->rev].rev;
	const struct run_facts *file = &m->raw.file.facts;
	bool imported = strcmp(m->sweep->command, "import") == 0;

	run->label = arena_strdup(arena, rev->label);
	f->path = arena_printf(arena, "#%" PRId64 " %s", m->sweep->id, rev->label);
	f->format = file->format ? file->format : "revsweep";
	f->tool = arena_strdup(arena, file->tool);
	for (size_t i = 0; i < file->machine.n; i++)
		run_machine_pair(run, &file->machine.v[i]);
	f->project = arena_strdup(arena, terms->project);
	f->tag = run->label;
	/* The same in every store that the sweep is carried to. */
	f->id = arena_printf(arena, "%s/%s", iso_date(arena, m->sweep->created), rev->label);
	f->commit = imported && rev->kind != REVSPEC_GIT ? NULL : arena_strdup(arena, rev->id);
	f->dirty = rev->kind == REVSPEC_WORKTREE;
	if (rev->date > 0)
		f->commit_time = iso_date(arena, rev->date);
	if (imported && m->raw.any) {
		f->id = file->id ? arena_strdup(arena, file->id) : f->id;
		f->tag = file->tag ? arena_strdup(arena, file->tag) : f->tag;
		f->date = arena_strdup(arena, file->date);
		f->commit = arena_strdup(arena, file->commit);
		f->commit_time = arena_strdup(arena, file->commit_time);
		f->author_time = arena_strdup(arena, file->author_time);
		f->branch = arena_strdup(arena, file->branch);
		f->project = arena_strdup(arena, file->project);
		f->dirty = file->dirty;
		for (size_t i = 0; i < file->notes.n; i++)
			run_note(run, "%s", file->notes.v[i]);
	} else {
		add_host(run, &terms->host);
	}
	if (!f->date)
		f->date = date_in_sweep(m, arena);
	f->time = run_time_of(f->date);
}

static void
add_notes(struct making *m, const struct terms *terms)
{
	const struct results_rev *rev = &m->results->revs.v[m->rev];
	struct run *run = m->run;

	if (rev->build.kind != OUTCOME_OK)
		run_note(run, "it was not built (%s)", outcome_name(rev->build.kind));
	else if (run->benches.n == 0)
		run_note(run, "nothing was measured");
	if (m->measured != m->rev)
		run_note(run, "it builds the same as %s, whose numbers these are",
			m->results->revs.v[m->measured].rev.label);
	if (m->pooled && !m->single)
		run_note(run, "the rounds are those of all launches, one after the other");
	else if (m->pooled)
		run_note(run,
			"the rounds are those of all launches where their outputs hold them; of "
			"%zu other values each launch is one round, its mean",
			m->single);
	else if (m->single)
		run_note(run, "each launch is one round, its mean");
	if (m->raw.gone)
		run_note(run, "the raw outputs of %u launches are not in the store any more",
			m->raw.gone);
	if (m->several_suites)
		run_note(run, "where suites share the name of a benchmark, its suite goes before "
			      "it");
	if (terms->order == ORDER_DUET)
		run_note(run, "two revisions ran at the same time and slowed each other down: "
			      "times are good for ratios only");
	for (size_t i = 0; i < m->results->notes.n; i++)
		run_note(run, "%s", m->results->notes.v[i]);
}

/* ---- */

static int
make_run(struct store *store, struct making *m, const struct terms *terms,
	const struct store_launch_row *rows, size_t n_rows, struct err *err)
{
	if (raw_outputs_read(store, m->results, rows, n_rows, m->measured, &m->raw, err) < 0)
		return -1;
	add_facts(m, terms);
	add_benches(m);
	add_notes(m, terms);
	raw_outputs_done(&m->raw);
	return 0;
}

static int
make_runs(struct store *store, const struct store_sweep *sweep, const struct results *results,
	bool keep_data, struct arena *arena, struct run_list *ret, struct err *err)
{
	struct store_launch_row *rows = NULL;
	struct terms terms;
	struct bench_index index;
	size_t n_rows = 0;
	int r = 0;

	if (terms_read(sweep->plan, arena, &terms, err) < 0 ||
		store_launches(store, sweep->id, arena, &rows, &n_rows, err) < 0)
		return -1;
	bench_index_init(&index, results);
	for (size_t i = 0; r == 0 && i < results->revs.n; i++) {
		struct run run = RUN_INIT;
		struct making m = {.results = results,
			.sweep = sweep,
			.index = &index,
			.rev = i,
			.measured = results_measured_rev(results, i),
			.keep_data = keep_data,
			.run = &run};

		r = make_run(store, &m, &terms, rows, n_rows, err);
		vec_add(ret, run);
	}
	bench_index_done(&index);
	return r;
}

int
sweep_runs(struct store *store, const struct store_sweep *sweep, bool keep_data,
	struct run_list *ret, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct results results;
	unsigned next_block;

	results_init(&results);
	int r = store_load(store, sweep->id, &results, &next_block, err);
	if (r == 0)
		r = make_runs(store, sweep, &results, keep_data, &arena, ret, err);
	results_done(&results);
	arena_done(&arena);
	return r;
}
