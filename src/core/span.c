#include "core/span.h"

#include "base/str.h"

const char span_ok[] = "ok";

static const char *const names[SPAN_PHASES] = {
	[SPAN_QUEUE] = "queue",
	[SPAN_WAIT] = "wait",
	[SPAN_LOOKUP] = "look-up",
	[SPAN_CHECKOUT] = "checkout",
	[SPAN_BUILD] = "build",
	[SPAN_STEP] = "step",
	[SPAN_VERIFY] = "verify",
	[SPAN_PUBLISH] = "publish",
	[SPAN_WARMUP] = "warm-up",
	[SPAN_LAUNCH] = "launch",
	[SPAN_JUDGE] = "judge",
};

const char *
span_phase_name(enum span_phase phase)
{
	return names[phase];
}

bool
span_phase_of_name(const char *name, enum span_phase *ret)
{
	for (unsigned i = 0; i < SPAN_PHASES; i++) {
		if (!str_eq(name, names[i]))
			continue;
		*ret = (enum span_phase)i;
		return true;
	}
	return false;
}

bool
span_is_work(enum span_phase phase)
{
	return phase != SPAN_QUEUE && phase != SPAN_WAIT;
}

bool
span_is_measuring(enum span_phase phase)
{
	return phase == SPAN_WARMUP || phase == SPAN_LAUNCH || phase == SPAN_JUDGE;
}
