#include "sweep/imports.h"

#include "base/jsonw.h"
#include "core/version.h"
#include "report/export.h"
#include "report/report.h"
#include "stats/summary.h"
#include "sweep/sweep.h"
#include "sweep/terms.h"
#include "sys/clock.h"
#include "sys/fs.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_MAX ((size_t)16 << 20) /* of a file that is kept as it is */
#define COMMAND "import"

void
import_file_done(struct import_file *file)
{
	run_done(&file->run);
	vec_done(&file->samples);
}

/* ---- reading */

static double
known(double v)
{
	return isfinite(v) ? v : (double)NAN;
}

static struct sample
sample_of(const struct run_value *v)
{
	struct sample s = {.rounds = 1};
	struct stats_summary rounds;
	double n = v->n_data ? (double)v->n_data : v->stat[RUN_ROUNDS];

	for (int i = 0; i < SUMMARY_COUNT; i++)
		s.v[i] = (double)NAN;
	stats_summary(v->data, v->n_data, &rounds);
	s.v[SUMMARY_MIN] = known(v->stat[RUN_MIN]);
	s.v[SUMMARY_Q25] = known(rounds.q25);
	s.v[SUMMARY_MEDIAN] = known(v->stat[RUN_MEDIAN]);
	s.v[SUMMARY_MEAN] = known(v->stat[RUN_MEAN]);
	s.v[SUMMARY_MAX] = known(v->stat[RUN_MAX]);
	s.v[SUMMARY_STDDEV] = known(v->stat[RUN_STDDEV]);
	s.v[SUMMARY_IQR] = known(v->stat[RUN_IQR]);
	if (n >= 1 && n < 1e18)
		s.rounds = (uint64_t)n;
	if (v->stat[RUN_ITERATIONS] >= 1 && v->stat[RUN_ITERATIONS] < 1e18)
		s.iterations = (uint64_t)v->stat[RUN_ITERATIONS];
	if (isnan(s.v[SUMMARY_MIN]) && isnan(s.v[SUMMARY_MEDIAN]) && isnan(s.v[SUMMARY_MEAN]))
		s.rounds = 0;
	return s;
}

static int
take_bench(const struct run_bench *bench, void *arg, struct err *err)
{
	struct import_file *file = arg;

	(void)err;
	run_add(&file->run, bench, false);
	for (size_t i = 0; i < bench->n_values; i++)
		vec_add(&file->samples, sample_of(&bench->values[i]));
	return 0;
}

/* What a label may have (core/revspec.h). */
static const char *
safe_label(struct arena *arena, const char *text, size_t n)
{
	char *label = arena_strndup(arena, text, n);

	for (char *p = label; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._+-", *p))
			*p = '-';
	for (char *p = label; (p = strstr(p, ".."));)
		*p = '-';
	if (*label == '-' || *label == '\0')
		return arena_printf(arena, "run%s", label);
	return label;
}

static bool
is_commit(const char *id)
{
	size_t n = id ? strlen(id) : 0;

	return (n == 40 || n == 64) && strspn(id, "0123456789abcdefABCDEF") == n;
}

static const char *
label_of(struct import_file *file)
{
	const struct run_facts *f = &file->run.facts;
	struct arena *arena = &file->run.arena;

	if (f->tag && *f->tag)
		return safe_label(arena, f->tag, strlen(f->tag));
	if (is_commit(f->commit))
		return safe_label(arena, f->commit, REV_SHORT);
	const char *base = path_base(file->path);
	const char *dot = strrchr(base, '.');
	return safe_label(arena, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* The words about it and its numbers, without the rounds. */
static void
write_reduced(const struct import_file *file, struct str *out)
{
	const struct export_format *format = NULL;
	struct export_loss loss = {0};
	struct err ignored = ERR_INIT;

	str_init(out, RAW_MAX);
	if (export_format_find("pytest-benchmark", &format, &ignored) == 0)
		format->write(&file->run, 1, out, &loss);
}

static int
set_digest(struct import_file *file, struct err *err)
{
	scoped(str) text = STR_INIT;

	if (fs_is_dir(file->path)) {
		write_reduced(file, &text);
		digest_of(text.p, text.n, file->digest);
		return 0;
	}
	int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%.300s'", file->path);
	int r = digest_of_fd(fd, file->digest);
	if (r < 0)
		err_sys(err, ERR_USAGE, "cannot read '%.300s'", file->path);
	close(fd);
	return r;
}

int
import_read(const char *path, const struct format *format, struct import_file *ret, struct err *err)
{
	struct run_sink sink = {.bench = take_bench, .arg = ret};
	bool any = false;

	*ret = (struct import_file){.format = format, .run = RUN_INIT};
	ret->path = arena_strdup(&ret->run.arena, path);
	ret->run.facts.path = ret->path;
	ret->run.facts.format = format->name;
	if (format->read(path, &ret->run, &sink, err) < 0)
		return err_wrap(err, "%.300s", path);
	for (size_t i = 0; i < ret->samples.n; i++)
		any = any || ret->samples.v[i].rounds;
	if (!any)
		return err_set(err, ERR_USAGE, "%.300s: it holds no benchmark with a number", path);
	ret->label = label_of(ret);
	ret->run.label = ret->label;
	return set_digest(ret, err);
}

/* ---- their order */

/* What is not known comes first, so that there is one order of all. */
static int
by_time(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(b) - isnan(a);
	return (a > b) - (a < b);
}

int
import_compare(const struct import_file *a, const struct import_file *b)
{
	double ca = run_time_of(a->run.facts.commit_time);
	double cb = run_time_of(b->run.facts.commit_time);
	int d = by_time(isnan(ca) ? a->run.facts.time : ca, isnan(cb) ? b->run.facts.time : cb);

	if (d == 0)
		d = by_time(a->run.facts.time, b->run.facts.time);
	return d ? d : version_compare(a->label, b->label);
}

/* ---- storing */

static void
host_of(const struct run *run, struct host *ret)
{
	const char *node = run_machine_of(run, "node");
	const char *cpu = run_machine_of(run, "cpu.brand_raw");
	const char *old_cpu = run_machine_of(run, "cpu.brand");
	const char *cpus = run_machine_of(run, "cpu.count");
	const char *system = run_machine_of(run, "system");
	const char *release = run_machine_of(run, "release");
	const char *machine = run_machine_of(run, "machine");
	char hex[DIGEST_HEX];

	cpu = cpu ? cpu : old_cpu ? old_cpu : "unknown";
	*ret = (struct host){.os = "unknown", .governor = "unknown", .turbo = "unknown"};
	snprintf(ret->name, sizeof(ret->name), "%s", node ? node : "unknown");
	snprintf(ret->cpu, sizeof(ret->cpu), "%s", cpu);
	snprintf(ret->kernel, sizeof(ret->kernel), "%s %s %s", system ? system : "unknown",
		release ? release : "unknown", machine ? machine : "unknown");
	ret->cpus = cpus ? (int)strtol(cpus, NULL, 10) : 0;
	scoped_free char *facts = xasprintf("%s|%d|%s", cpu, ret->cpus, ret->kernel);
	digest_of(facts, strlen(facts), hex);
	snprintf(ret->id, sizeof(ret->id), "%.16s", hex);
	snprintf(ret->boot_id, sizeof(ret->boot_id), "unknown");
}

static struct terms
terms_of(const struct import_file *file, struct arena *arena)
{
	const struct run_facts *f = &file->run.facts;
	const char **settings = arena_alloc(arena, 2, sizeof(*settings));
	struct terms terms = {.command = COMMAND,
		.project = f->project,
		.judge = JUDGE_NONE,
		.alpha = 0.01,
		.beta = 0.05,
		.rebuilds = 1,
		.isolation = "none",
		.settings = settings};

	settings[0] = arena_printf(arena, "imported from %s (%s)", path_base(file->path),
		f->tool ? f->tool : file->format->name);
	host_of(&file->run, &terms.host);
	return terms;
}

static void
write_plan(const struct import_file *file, const struct terms *terms, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	terms_write(terms, &w);
	jsonw_text(&w, "digest", file->digest);
	jsonw_text(&w, "file", file->path);
	jsonw_text(&w, "format", file->format->name);
	jsonw_close(&w, '}');
}

static void
fill_results(const struct import_file *file, struct results *results)
{
	const struct run_facts *f = &file->run.facts;
	double commit_time = run_time_of(f->commit_time);
	struct rev rev = {
		.kind = is_commit(f->commit) ? REVSPEC_GIT : REVSPEC_DIR,
		.spec = file->path,
		.label = file->label,
		.id = is_commit(f->commit) ? f->commit : file->digest,
		.tree_id = file->digest,
		.subject = path_base(file->path),
		.date = isnan(commit_time) ? 0 : (int64_t)commit_time,
	};

	results_add_rev(results, &rev);
	results->revs.v[0].same_as = -1;
}

/* The last one counts of those that a file has twice. */
static size_t
fill_samples(const struct import_file *file, struct results *results, struct store_sample *samples)
{
	size_t next = 0, n = 0;

	for (size_t i = 0; i < file->run.benches.n; i++) {
		const struct run_bench *b = &file->run.benches.v[i];
		struct bench bench = {.suite = file->format->name,
			.name = b->fullname,
			.group = b->group,
			.param = b->param,
			.params = b->params,
			.marks = b->marks};

		while (b->marks && b->marks[bench.n_marks])
			bench.n_marks++;
		for (size_t k = 0; k < b->n_values; k++) {
			const struct run_value *v = &b->values[k];

			bench.metric = v->metric;
			bench.unit = v->unit;
			bench.direction = v->direction;
			bench.clock = v->clock;
			size_t at = results_bench(results, &bench);
			samples[at] = (struct store_sample){
				.bench = at, .sample = file->samples.v[next++]};
			if (!samples[at].sample.rounds)
				outcome_set(&samples[at].outcome, OUTCOME_BAD_OUTPUT, "%s",
					b->outcome ? b->outcome->detail : "no usable number");
			n = at >= n ? at + 1 : n;
		}
	}
	return n;
}

/* *ret_raw stays empty when there is nothing to keep. */
static int
read_raw(const struct import_file *file, struct str *ret_raw, struct err *err)
{
	struct stat st;
	char got[DIGEST_HEX];

	if (stat(file->path, &st) < 0)
		return err_sys(err, ERR_USAGE, "cannot look at '%.300s'", file->path);
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size > RAW_MAX) {
		if (strcmp(file->format->name, "pytest-benchmark") == 0)
			write_reduced(file, ret_raw);
		if (ret_raw->full)
			str_clear(ret_raw);
		return 0;
	}
	str_init(ret_raw, RAW_MAX);
	if (fs_read(file->path, RAW_MAX, ret_raw, err) < 0)
		return -1;
	digest_of(ret_raw->p, ret_raw->n, got);
	if (strcmp(got, file->digest) != 0)
		return err_set(err, ERR_USAGE, "'%.300s' changed while it was read", file->path);
	return 0;
}

static int
add_launch(struct store *store, int64_t sweep, const struct import_file *file,
	struct results *results, struct err *err)
{
	scoped_free struct store_sample *samples = xcalloc(file->samples.n + 1, sizeof(*samples));
	size_t n = fill_samples(file, results, samples);
	scoped(str) raw = STR_INIT;
	struct store_launch launch = {
		.suite_name = file->format->name,
		.planned = 1,
		.outcome = OUTCOME_INIT,
		.started = isnan(file->run.facts.time) ? 0 : (int64_t)file->run.facts.time,
		.wall_s = (double)NAN,
		.cpu_s = (double)NAN,
		.rss_bytes = (double)NAN,
		.load1 = (double)NAN,
		.busy_cpus = (double)NAN,
		.steal_cpus = (double)NAN,
		.cpu_pressure = (double)NAN,
	};

	if (read_raw(file, &raw, err) < 0)
		return -1;
	return store_add_launch(
		store, sweep, &launch, results, samples, n, raw.n ? raw.p : NULL, raw.n, err);
}

static int
finish(struct store *store, int64_t sweep, const struct import_file *file,
	const struct terms *terms, struct arena *arena, struct err *err)
{
	struct results results;
	struct report report;
	unsigned next_block = 0;
	scoped(str) summary = STR_INIT, json = STR_INIT;

	results_init(&results);
	int r = store_load(store, sweep, &results, &next_block, err);
	if (r == 0) {
		sweep_report(terms, &results, 0, true, arena, &report);
		report.sweep = arena_printf(arena, "%" PRId64, sweep);
		sweep_keep_report(&report, &json);
		str_addf(&summary, "%zu benchmark%s imported from %s", file->run.benches.n,
			file->run.benches.n == 1 ? "" : "s", path_base(file->path));
		r = store_finish(store, sweep, 0, summary.p, json.p, err);
	}
	results_done(&results);
	return r;
}

/* What an import that was interrupted left is gone on with. */
static int
begin(struct store *store, const struct import_file *file, const struct terms *terms,
	struct arena *arena, int64_t *ret_sweep, struct err *err)
{
	scoped(str) plan = STR_INIT;
	struct store_sweep before = {0};

	if (store_find(store, file->digest, "running", arena, &before, err) < 0)
		return -1;
	*ret_sweep = before.id;
	if (before.id)
		return 0;
	write_plan(file, terms, &plan);
	struct store_sweep sweep = {.command = COMMAND,
		.digest = file->digest,
		.plan = plan.p,
		.created = file->run.facts.time > 0 ? (int64_t)file->run.facts.time : 0};
	return store_begin(store, &sweep, ret_sweep, err);
}

static int
store_all(struct store *store, const struct import_file *file, struct arena *arena,
	int64_t *ret_sweep, struct err *err)
{
	struct terms terms = terms_of(file, arena);
	struct results results;
	int64_t sweep = 0;

	results_init(&results);
	fill_results(file, &results);
	int r = begin(store, file, &terms, arena, &sweep, err);
	if (r == 0)
		r = store_set_rev(store, sweep, 0, &results.revs.v[0], err);
	if (r == 0)
		r = add_launch(store, sweep, file, &results, err);
	for (size_t i = 0; r == 0 && i < file->run.facts.notes.n; i++)
		r = store_add_note(store, sweep, file->run.facts.notes.v[i], err);
	if (r == 0)
		r = finish(store, sweep, file, &terms, arena, err);
	results_done(&results);
	*ret_sweep = sweep;
	return r;
}

int
import_store(struct store *store, const struct import_file *file, int64_t *ret_sweep,
	bool *ret_known, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct store_sweep before = {0};

	int r = store_find(store, file->digest, "done", &arena, &before, err);
	*ret_known = r == 0 && before.id;
	*ret_sweep = before.id;
	if (r == 0 && !before.id)
		r = store_all(store, file, &arena, ret_sweep, err);
	arena_done(&arena);
	return r;
}
