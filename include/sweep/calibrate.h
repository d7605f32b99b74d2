/* A/A measurements: made of a sweep of one build in two arms, and looked up for later reports. */
#ifndef SWEEP_CALIBRATE_H
#define SWEEP_CALIBRATE_H

#include "core/calibration.h"
#include "sweep/sweep.h"

/* From the results of such a sweep. blocks_max and budget_s (0: none) are those that a comparison
 * would have. In the arena; results and terms must outlive it. */
void calibrate_make(const struct terms *terms, const struct results *results, size_t family,
	unsigned blocks_max, double budget_s, double measured_s, struct arena *arena,
	struct calibration *ret);

/* The same from the store alone: a finished sweep of command "calibrate". */
int calibrate_stored(struct store *store, const struct store_sweep *stored, struct results *results,
	struct arena *arena, struct calibration *ret, struct err *err);

/* Adds to the report what the newest calibration knows that was finished before sweep `id`, on the
 * same kind of machine and in the same order: gates that cannot be reached get a caution. A store
 * without one changes nothing. */
int calibrate_apply(struct store *store, int64_t id, unsigned blocks_max, struct arena *arena,
	struct report *report, struct err *err);

#endif
