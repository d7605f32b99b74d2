/* Deciding a stored sweep again, from its records alone. */
#ifndef SWEEP_REPLAY_H
#define SWEEP_REPLAY_H

#include "store/store.h"

/* How many rows there are, and one line for each that came out differently. */
struct replay {
	size_t rows, different;
	struct str lines;
};
void replay_done(struct replay *replay);

/* Judges the samples of a finished sweep and compares the rows, number by number and bit for bit,
 * with those that its report held on the day. ERR_USAGE for a sweep that has no report to compare
 * with: an unfinished one, or a calibration. */
int replay_sweep(
	struct store *store, const struct store_sweep *stored, struct replay *ret, struct err *err);

#endif
