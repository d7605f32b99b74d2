/* A row as JSON. The text is what the row's seal is the digest of, made the same way when the row
 * is written and when it is read, so every member has exactly one spelling. */
#include "store_priv.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/jsonw.h"
#include "core/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define RECORD_FORMAT 1

static bool
is_utf8(const char *text)
{
	unsigned c;

	for (size_t n = strlen(text); n;) {
		size_t k = (unsigned char)*text < 0x80 ? 1 : utf8_decode(text, n, &c);
		if (k == 0)
			return false;
		text += k;
		n -= k;
	}
	return true;
}

/* Texts are bytes, and JSON has none: what is not UTF-8 goes as hex under KEY_hex. */
static void
put_text(struct jsonw *w, const char *key, const char *text)
{
	if (!text || is_utf8(text)) {
		jsonw_text(w, key, text);
		return;
	}
	scoped(str) name = STR_INIT;
	scoped(str) hex = STR_INIT;
	str_addf(&name, "%s_hex", key);
	for (const char *p = text; *p; p++)
		str_addf(&hex, "%02x", (unsigned char)*p);
	jsonw_text(w, name.p, hex.p);
}

/* Beyond 2^53, so as text. */
static void
put_u64(struct jsonw *w, const char *key, uint64_t v)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRIu64, v);
	jsonw_text(w, key, buf);
}

static void
put_real(struct jsonw *w, const char *key, double v)
{
	jsonw_number(w, key, v + 0.0); /* SQLite keeps no sign of zero */
}

static struct jsonw
begin(struct str *out, const char *kind, int64_t sweep)
{
	struct jsonw w = {.out = out};

	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "revsweep", kind);
	jsonw_int(&w, "format", RECORD_FORMAT);
	jsonw_int(&w, "sweep", sweep);
	return w;
}

void
record_sweep(struct str *out, const struct store_sweep *sweep)
{
	struct jsonw w = begin(out, "sweep", sweep->id);

	put_text(&w, "command", sweep->command);
	put_text(&w, "digest", sweep->digest);
	put_u64(&w, "seed", sweep->seed);
	jsonw_int(&w, "created", sweep->created);
	put_text(&w, "plan", sweep->plan);
	jsonw_close(&w, '}');
}

void
record_finish(struct str *out, int64_t sweep, int64_t n, int exit_code, const char *summary,
	const char *report)
{
	struct jsonw w = begin(out, "finish", sweep);

	jsonw_int(&w, "n", n);
	jsonw_int(&w, "exit_code", exit_code);
	put_text(&w, "summary", summary);
	put_text(&w, "report", report);
	jsonw_close(&w, '}');
}

void
record_rev(struct str *out, int64_t sweep, size_t index, int64_t n, const struct results_rev *rev)
{
	struct jsonw w = begin(out, "rev", sweep);

	jsonw_int(&w, "index", (int64_t)index);
	jsonw_int(&w, "n", n);
	jsonw_int(&w, "kind", rev->rev.kind);
	put_text(&w, "spec", rev->rev.spec);
	put_text(&w, "label", rev->rev.label);
	put_text(&w, "id", rev->rev.id);
	put_text(&w, "tree_id", rev->rev.tree_id);
	put_text(&w, "path", rev->rev.path);
	put_text(&w, "subject", rev->rev.subject);
	put_text(&w, "author", rev->rev.author);
	jsonw_int(&w, "date", rev->rev.date);
	jsonw_text(&w, "outcome", outcome_name(rev->build.kind));
	put_text(&w, "detail", rev->build.detail);
	put_text(&w, "build_log", rev->build_log);
	put_text(&w, "build_key", rev->build_key);
	jsonw_int(&w, "same_as", rev->same_as);
	jsonw_close(&w, '}');
}

void
record_host(struct str *out, int64_t sweep, int64_t n, const struct host *host)
{
	struct jsonw w = begin(out, "host", sweep);

	jsonw_int(&w, "n", n);
	host_write(host, &w);
	jsonw_close(&w, '}');
}

void
record_discard(struct str *out, int64_t sweep, int64_t n, unsigned block, int64_t upto)
{
	struct jsonw w = begin(out, "discard", sweep);

	jsonw_int(&w, "n", n);
	jsonw_int(&w, "block", block);
	jsonw_int(&w, "upto", upto);
	jsonw_close(&w, '}');
}

void
record_fact(struct str *out, int64_t sweep, int64_t n, const char *key, const char *text)
{
	struct jsonw w = begin(out, "fact", sweep);

	jsonw_int(&w, "n", n);
	put_text(&w, "key", key);
	put_text(&w, "text", text);
	jsonw_close(&w, '}');
}

static void
put_span(struct jsonw *w, const struct span *s)
{
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "phase", span_phase_name(s->phase));
	jsonw_int(w, "worker", s->worker);
	jsonw_int(w, "rev", s->rev);
	jsonw_int(w, "layout", s->layout);
	put_text(w, "suite", s->suite);
	put_text(w, "step", s->step);
	jsonw_int(w, "start_us", s->start_us);
	jsonw_int(w, "end_us", s->end_us);
	put_text(w, "outcome", s->outcome);
	put_real(w, "cpu_s", s->cpu_s);
	put_real(w, "rss_bytes", s->rss_bytes);
	jsonw_close(w, '}');
}

void
record_spans(struct str *out, int64_t sweep, int64_t n, const struct span_session *session,
	const struct span *spans, size_t n_spans)
{
	struct jsonw w = begin(out, "spans", sweep);

	jsonw_int(&w, "n", n);
	jsonw_int(&w, "session", session->number);
	jsonw_int(&w, "workers", session->workers);
	jsonw_int(&w, "start_us", session->start_us);
	jsonw_open(&w, "spans", '[');
	for (size_t i = 0; i < n_spans; i++)
		put_span(&w, &spans[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
}

/* Left out where none are known, as in records of programs that kept none. */
static void
put_params(struct jsonw *w, const struct run_pair *params)
{
	if (!params)
		return;
	jsonw_open(w, "params", '[');
	for (; params->key; params++) {
		jsonw_open(w, NULL, '{');
		put_text(w, "key", params->key);
		put_text(w, "value", params->value);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_bench(struct jsonw *w, const struct bench *bench)
{
	put_text(w, "suite", bench->suite);
	put_text(w, "name", bench->name);
	put_text(w, "metric", bench->metric);
	put_text(w, "unit", bench->unit);
	jsonw_int(w, "direction", bench->direction);
	jsonw_int(w, "clock", bench->clock);
	put_text(w, "group", bench->group);
	put_text(w, "param", bench->param);
	put_params(w, bench->params);
	jsonw_open(w, "marks", '[');
	for (size_t i = 0; i < bench->n_marks; i++) {
		jsonw_open(w, NULL, '{');
		put_text(w, "mark", bench->marks[i]);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

/* A launch of one round says the same number as its least, its median, its mean..., and to spell a
 * number takes longer than all else about it. */
static void
put_summaries(struct jsonw *w, const struct sample *sample)
{
	double spelled = NAN;
	char text[32] = "null";

	for (unsigned i = 0; i < SUMMARY_COUNT; i++) {
		double v = sample->v[i] + 0.0; /* as put_real() */

		if (v != spelled)
			format_json_number(v, text, sizeof(text));
		spelled = v;
		jsonw_raw(w, summary_name((enum summary)i), text);
	}
}

static void
put_sample(struct jsonw *w, const struct bench *bench, const struct store_sample *s)
{
	jsonw_open(w, NULL, '{');
	put_bench(w, bench);
	jsonw_int(w, "rev", (int64_t)s->rev);
	jsonw_text(w, "outcome", outcome_name(s->outcome.kind));
	put_text(w, "detail", s->outcome.detail);
	jsonw_bool(w, "absent", s->absent);
	put_u64(w, "rounds", s->sample.rounds);
	put_u64(w, "iterations", s->sample.iterations);
	put_summaries(w, &s->sample);
	jsonw_close(w, '}');
}

/* Left out where there is no value, so that the records of older versions stay what they are. */
static void
put_newer_counters(struct jsonw *w, const struct store_launch *l)
{
	if (!isnan(l->cpu_pressure))
		put_real(w, "cpu_pressure", l->cpu_pressure);
	if (l->layout)
		jsonw_int(w, "layout", l->layout);
	if (!l->disturbed_by)
		return;
	jsonw_open(w, "disturbed_by", '[');
	for (unsigned i = 0; i < DISTURBANCE_COUNT; i++)
		if (l->disturbed_by >> i & 1)
			jsonw_text(w, NULL, disturbance_name((enum disturbance)i));
	jsonw_close(w, ']');
}

static void
put_counters(struct jsonw *w, const struct store_launch *l)
{
	jsonw_int(w, "started", l->started);
	put_real(w, "wall_s", l->wall_s);
	put_real(w, "cpu_s", l->cpu_s);
	put_real(w, "rss_bytes", l->rss_bytes);
	put_real(w, "load1", l->load1);
	put_real(w, "busy_cpus", l->busy_cpus);
	put_real(w, "steal_cpus", l->steal_cpus);
	jsonw_int(w, "minflt", l->minflt);
	jsonw_int(w, "majflt", l->majflt);
	jsonw_int(w, "nvcsw", l->nvcsw);
	jsonw_int(w, "nivcsw", l->nivcsw);
	put_u64(w, "hash_seed", l->hash_seed);
	jsonw_int(w, "pad", l->pad);
	jsonw_bool(w, "disturbed", l->disturbed);
	put_newer_counters(w, l);
}

void
record_launch(struct str *out, const struct stored_launch *stored, const struct results *results,
	const struct store_sample *samples, size_t n_samples)
{
	const struct store_launch *l = &stored->launch;
	struct jsonw w = begin(out, "launch", stored->sweep);

	jsonw_int(&w, "seq", stored->seq);
	jsonw_int(&w, "rev", (int64_t)l->rev);
	jsonw_int(&w, "suite", (int64_t)l->suite);
	put_text(&w, "suite_name", l->suite_name);
	jsonw_int(&w, "block", l->block);
	jsonw_int(&w, "position", l->position);
	jsonw_int(&w, "attempt", l->attempt);
	jsonw_int(&w, "planned", l->planned);
	jsonw_bool(&w, "warmup", l->warmup);
	jsonw_bool(&w, "discarded", l->discarded);
	jsonw_text(&w, "outcome", outcome_name(l->outcome.kind));
	put_text(&w, "detail", l->outcome.detail);
	put_counters(&w, l);
	put_text(&w, "log", l->log);
	put_text(&w, "host", stored->host);
	put_text(&w, "raw", stored->raw);
	jsonw_open(&w, "samples", '[');
	for (size_t i = 0; i < n_samples; i++)
		put_sample(&w, &results->benches.v[samples[i].bench], &samples[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
}

bool
record_matches(const struct str *record, const char *hex)
{
	char got[DIGEST_HEX];

	digest_of(record->p, record->n, got);
	return str_eq(got, hex);
}
