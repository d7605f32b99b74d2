/* The timeline for programs: figures, sessions, spans. */
#include "report/timeline.h"

#include "base/jsonw.h"

#define TIMELINE_FORMAT 1

static void
put_figures(struct jsonw *w, const struct timeline_input *input, const struct timeline_figures *f)
{
	jsonw_number(w, "wall_s", f->wall_s);
	jsonw_number(w, "work_s", f->job_s + f->serial_s);
	jsonw_number(w, "build_s", f->job_s);
	jsonw_number(w, "longest_build_s", f->longest_s);
	jsonw_number(w, "serial_s", f->serial_s);
	jsonw_number(w, "wait_s", f->wait_s);
	jsonw_number(w, "bound_s", f->bound_s);
	jsonw_number(w, "utilisation", f->present_s > 0 ? f->busy_s / f->present_s : 0);
	jsonw_number(
		w, "utilisation_building", f->jobs_at_s > 0 ? f->jobs_busy_s / f->jobs_at_s : 0);
	if (f->held_rev < 0) {
		jsonw_null(w, "held_up_by");
	} else {
		jsonw_open(w, "held_up_by", '{');
		jsonw_text(w, "rev", input->labels[f->held_rev]);
		jsonw_int(w, "layout", f->held_layout);
		jsonw_number(w, "alone_s", f->held_s);
		jsonw_close(w, '}');
	}
	jsonw_open(w, "workers", '[');
	for (unsigned i = 0; i < f->n_workers; i++) {
		const struct timeline_worker *worker = &f->workers[i];

		jsonw_open(w, NULL, '{');
		jsonw_int(w, "worker", i + 1);
		jsonw_number(w, "busy_s", worker->busy_s);
		jsonw_number(w, "present_s", worker->present_s);
		jsonw_number(w, "utilisation",
			worker->present_s > 0 ? worker->busy_s / worker->present_s : 0);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_sessions(struct jsonw *w, const struct timeline_input *input)
{
	jsonw_open(w, "sessions", '[');
	for (size_t i = 0; i < input->n_sessions; i++) {
		const struct span_session *s = &input->sessions[i];

		jsonw_open(w, NULL, '{');
		jsonw_int(w, "session", s->number);
		jsonw_int(w, "workers", s->workers);
		jsonw_number(w, "start", (double)s->start_us * 1e-6);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_span(struct jsonw *w, const struct timeline_input *input, const struct span *s)
{
	bool known = s->rev >= 0 && (size_t)s->rev < input->n_revs;

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "phase", span_phase_name(s->phase));
	jsonw_int(w, "session", s->session);
	if (s->worker)
		jsonw_int(w, "worker", s->worker);
	else
		jsonw_null(w, "worker");
	jsonw_text(w, "rev", known ? input->labels[s->rev] : NULL);
	jsonw_int(w, "layout", s->layout);
	jsonw_text(w, "suite", s->suite);
	jsonw_text(w, "step", s->step);
	jsonw_number(w, "start", (double)s->start_us * 1e-6);
	jsonw_number(w, "end", (double)s->end_us * 1e-6);
	jsonw_text(w, "outcome", s->outcome);
	jsonw_number(w, "cpu_s", s->cpu_s);
	jsonw_number(w, "rss_bytes", s->rss_bytes);
	jsonw_close(w, '}');
}

void
timeline_write(const struct timeline_input *input, struct jsonw *w)
{
	struct arena arena = ARENA_INIT;
	struct timeline_figures f;

	timeline_figures(input, &arena, &f);
	jsonw_int(w, "format", TIMELINE_FORMAT);
	jsonw_text(w, "sweep", input->sweep);
	jsonw_text(w, "command", input->command);
	put_figures(w, input, &f);
	put_sessions(w, input);
	jsonw_open(w, "spans", '[');
	for (size_t i = 0; i < input->n_spans; i++)
		put_span(w, input, &input->spans[i]);
	jsonw_close(w, ']');
	arena_done(&arena);
}

void
timeline_json(const struct timeline_input *input, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	timeline_write(input, &w);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}
