/* The rounds that the raw outputs of launches hold. They are believed where they agree with what
 * was stored of the launch. */
#include "runs_priv.h"

#include "base/str.h"
#include "ext/digest.h"
#include "format/format.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

struct reading {
	const struct results *results;
	const struct bench_index *index;
	const struct store_launch_row *launch;
	size_t rev;
	struct raw_outputs *raw;
};

void
raw_outputs_done(struct raw_outputs *raw)
{
	for (size_t i = 0; i < raw->n; i++)
		vec_done(&raw->rounds[i].data);
	free(raw->rounds);
	run_done(&raw->file);
}

static int
compare_keys(const struct bench *a, const char *name, const char *suite, const char *metric)
{
	int d = strcmp(a->name, name);

	if (d == 0)
		d = strcmp(a->suite, suite);
	return d ? d : strcmp(a->metric, metric);
}

static int
compare_benches(const void *a, const void *b, void *arg)
{
	const struct bench *benches = arg, *y = &benches[*(const size_t *)b];

	return compare_keys(&benches[*(const size_t *)a], y->name, y->suite, y->metric);
}

void
bench_index_init(struct bench_index *index, const struct results *results)
{
	size_t n = results->benches.n;

	index->results = results;
	index->v = xcalloc(n + 1, sizeof(*index->v));
	for (size_t i = 0; i < n; i++)
		index->v[i] = i;
	if (n)
		qsort_r(index->v, n, sizeof(*index->v), compare_benches, results->benches.v);
}

void
bench_index_done(struct bench_index *index)
{
	free(index->v);
}

size_t
bench_index_find(
	const struct bench_index *index, const char *name, const char *suite, const char *metric)
{
	size_t lo = 0, hi = index->results->benches.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_keys(&index->results->benches.v[index->v[mid]], name, suite, metric) <
			0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* NULL when the launch gave no sample of it that counts. */
static const struct sample *
sample_of(const struct reading *r, const char *name, const char *metric, size_t *ret_bench)
{
	const struct results *results = r->results;
	size_t at = bench_index_find(r->index, name, r->launch->suite, metric);

	if (at == results->benches.n)
		return NULL;
	*ret_bench = r->index->v[at];
	const struct bench *bench = &results->benches.v[*ret_bench];
	if (compare_keys(bench, name, r->launch->suite, metric) != 0)
		return NULL;
	const struct results_cell *cell = results_cell(results, *ret_bench, r->rev);
	if (!results_has_block(cell, r->launch->block))
		return NULL;
	return &cell->blocks[r->launch->block];
}

static bool
is_close(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

/* The file may be of another program than it seems, or hold rounds that were left out. */
static bool
agrees(const struct run_value *value, const struct sample *sample)
{
	double rounds = value->n_data ? (double)value->n_data : value->stat[RUN_ROUNDS];
	double least = value->stat[RUN_MIN];

	for (size_t i = 0; i < value->n_data; i++)
		least = i == 0 || value->data[i] < least ? value->data[i] : least;
	return rounds == (double)sample->rounds &&
	       (isnan(sample->v[SUMMARY_MIN]) || is_close(least, sample->v[SUMMARY_MIN]));
}

static size_t
count_launches(const struct results_cell *cell)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n_blocks; i++)
		n += cell->blocks[i].rounds > 0;
	return n;
}

static void
add_rounds(const struct reading *r, const struct run_value *value, size_t bench)
{
	struct rounds *rounds = &r->raw->rounds[bench];

	if (count_launches(results_cell(r->results, bench, r->rev)) == 1) {
		rounds->whole = true;
		rounds->value = *value;
		rounds->value.data = arena_copy(
			&r->raw->file.arena, value->data, value->n_data, sizeof(*value->data));
	}
	if (value->n_data == 0)
		return;
	if (rounds->launches && rounds->newest == r->launch->id) {
		rounds->data.n = rounds->begin;
	} else {
		rounds->launches++;
		rounds->newest = r->launch->id;
		rounds->begin = rounds->data.n;
	}
	for (size_t i = 0; i < value->n_data; i++)
		vec_add(&rounds->data, value->data[i]);
}

static int
take_bench(const struct run_bench *bench, void *arg, struct err *err)
{
	struct reading *r = arg;
	struct run *file = &r->raw->file;

	(void)err;
	for (size_t i = 0; i < bench->n_values; i++) {
		size_t at = 0;
		const struct sample *sample =
			sample_of(r, bench->fullname, bench->values[i].metric, &at);

		if (!sample)
			continue;
		if (!r->raw->rounds[at].bench) {
			struct run_bench words = *bench;

			words.values = NULL;
			words.n_values = 0;
			words.outcome = NULL;
			run_add(file, &words, false);
			r->raw->rounds[at].bench = arena_copy(&file->arena,
				&file->benches.v[--file->benches.n], 1, sizeof(words));
		}
		if (agrees(&bench->values[i], sample))
			add_rounds(r, &bench->values[i], at);
	}
	return 0;
}

static int
check_blob(const char *path, const char *hex, struct err *err)
{
	char got[DIGEST_HEX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot open '%s'", path);
	int r = digest_of_fd(fd, got);
	if (r < 0)
		err_sys(err, ERR_STORE, "cannot read '%s'", path);
	else if (strcmp(got, hex) != 0)
		r = err_set(
			err, ERR_STORE, "store is damaged at '%s': it is not what it was", path);
	close(fd);
	return r;
}

static void
copy_facts(struct run *to, const struct run *from)
{
	const struct run_facts *f = &from->facts;
	struct arena *arena = &to->arena;

	to->facts.format = f->format;
	to->facts.tool = arena_strdup(arena, f->tool);
	to->facts.id = arena_strdup(arena, f->id);
	to->facts.tag = arena_strdup(arena, f->tag);
	to->facts.date = arena_strdup(arena, f->date);
	to->facts.time = f->time;
	to->facts.commit = arena_strdup(arena, f->commit);
	to->facts.commit_time = arena_strdup(arena, f->commit_time);
	to->facts.author_time = arena_strdup(arena, f->author_time);
	to->facts.branch = arena_strdup(arena, f->branch);
	to->facts.project = arena_strdup(arena, f->project);
	to->facts.dirty = f->dirty;
	for (size_t i = 0; i < f->machine.n; i++)
		run_machine_pair(to, &f->machine.v[i]);
	for (size_t i = 0; i < f->notes.n; i++)
		run_note(to, "%s", f->notes.v[i]);
}

/* Most harnesses leave what people read: that is no result of a kind that is known, and no error.
 */
static int
read_output(struct store *store, struct reading *r, struct err *err)
{
	scoped_free char *path = store_blob_path(store, r->launch->blob);
	struct run_sink sink = {take_bench, r, false};
	const struct format *format = NULL;
	struct err ignored = ERR_INIT;
	scoped(run) file = RUN_INIT;

	if (!path) {
		r->raw->gone += r->launch->blob != NULL;
		return 0;
	}
	if (check_blob(path, r->launch->blob, err) < 0)
		return -1;
	if (format_detect(path, &format, &ignored) < 0 ||
		format->read(path, &file, &sink, &ignored) < 0)
		return 0;
	file.facts.format = format->name;
	if (!r->raw->any)
		copy_facts(&r->raw->file, &file);
	r->raw->any = true;
	return 0;
}

int
raw_outputs_read(struct store *store, const struct results *results,
	const struct store_launch_row *rows, size_t n_rows, size_t rev, struct raw_outputs *ret,
	struct err *err)
{
	struct bench_index index;
	struct reading r = {.results = results, .index = &index, .rev = rev, .raw = ret};
	int result = 0;

	*ret = (struct raw_outputs){.n = results->benches.n, .file = RUN_INIT};
	ret->rounds = xcalloc(ret->n + 1, sizeof(*ret->rounds));
	bench_index_init(&index, results);
	for (size_t i = 0; result == 0 && i < n_rows; i++) {
		r.launch = &rows[i];
		if (r.launch->counts && r.launch->rev_index == rev)
			result = read_output(store, &r, err);
	}
	bench_index_done(&index);
	if (result < 0)
		raw_outputs_done(ret);
	return result;
}
