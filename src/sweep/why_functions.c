/* Which functions execute more: one launch of each side under callgrind. */
#include "why_priv.h"

#include "sweep/instructions.h"
#include "sys/fs.h"

#include <string.h>

#define MOSTLY .5 /* of the instructions: then it is an interpreter that was looked at */

/* *ret_well: there is something to compare. */
static int
profile(struct why_work *work, const char *valgrind, size_t i, struct why_side *side,
	struct why_notes *notes, bool *ret_well, struct err *err)
{
	scoped_free char *dir = path_join(work->dir, i == 0 ? "a" : "b");
	const char *const *wrapper = instructions_wrapper(valgrind, dir, false, work->arena);
	enum outcome_kind end;
	struct instructions_read profiles;

	if (fs_mkdir_p(dir, 0700, err) < 0 ||
		why_launch(work, i, wrapper, dir, notes, &end, err) < 0 ||
		instructions_read(dir, side, &profiles, err) < 0)
		return -1;
	if (profiles.left_out)
		why_note(notes,
			"%zu of callgrind's files about %s are left out: they are too large",
			profiles.left_out, why_label(work, i));
	if (!profiles.read && end == OUTCOME_OK)
		why_note(notes, "callgrind said nothing of %s", why_label(work, i));
	/* One that fails may tell enough; one that was killed has told of its beginning only. */
	*ret_well = profiles.read > 0 && end != OUTCOME_TIMED_OUT;
	return 0;
}

static void
note_interpreter(const struct why_side *side, struct why_notes *notes)
{
	double share = side->total > 0 ? (double)side->interpreted / (double)side->total : 0;

	if (share > MOSTLY)
		why_note(notes,
			"%.0f%% of the instructions are those of %s: its functions are an "
			"interpreter's, not those of the program that it runs",
			100 * share, side->interpreter);
}

int
why_functions(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err)
{
	scoped_free char *valgrind = instructions_valgrind();
	struct why_side sides[2] = {0};
	bool well[2] = {false, false};
	int r = 0;

	if (!valgrind) {
		why_note(notes,
			"there is no valgrind on PATH: what each function executed is not known");
		return 0;
	}
	for (size_t i = 0; i < 2 && r == 0; i++)
		r = profile(work, valgrind, i, &sides[i], notes, &well[i], err);
	if (r == 0 && well[0] && well[1]) {
		const struct plan *plan = work->carry->sweep->plan;

		why_differences(&sides[0], &sides[1], work->arena, &ret->functions);
		ret->executed_before = sides[0].total;
		ret->executed_after = sides[1].total;
		note_interpreter(&sides[1], notes);
		if (ret->functions.differ == 0)
			why_note(notes, "every function executed as much as before");
		else if (plan->suites[work->suite].harness->selects)
			why_note(notes,
				"the harness chooses how often it repeats a benchmark: ratios "
				"between functions tell more than the numbers");
	}
	why_side_done(&sides[0]);
	why_side_done(&sides[1]);
	return r;
}
