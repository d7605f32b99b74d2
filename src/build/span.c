/* What a build tells about its time. */
#include "internal.h"

#include "sys/clock.h"

#include <math.h>

void
span_tell_more(const struct build_request *request, const struct span *what, int64_t start_ns)
{
	struct span span = *what;

	if (!request->span)
		return;
	span.worker = request->worker;
	span.layout = request->layout;
	span.rev = -1;
	span.start_us = start_ns / 1000;
	span.end_us = clock_monotonic_ns() / 1000;
	request->span(request->arg, &span);
}

void
span_tell(const struct build_request *request, enum span_phase phase, int64_t start_ns,
	const char *outcome)
{
	struct span span = {.phase = phase, .outcome = outcome, .cpu_s = NAN, .rss_bytes = NAN};

	span_tell_more(request, &span, start_ns);
}

const char *
span_word(int r, const struct err *err)
{
	if (r >= 0)
		return span_ok;
	return err->kind == ERR_STOPPED ? SPAN_CANCELLED : SPAN_ERROR;
}
