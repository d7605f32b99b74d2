/* Whether a gate can be answered on a machine this noisy. */
#ifndef JUDGE_REACH_H
#define JUDGE_REACH_H

#include "core/bench.h"
#include "core/gate.h"

/* Expected blocks until "within the gate", from the first, when nothing changed; value is what the
 * gate looks at, noise the robust relative spread of a pair. INFINITY when no number of blocks will
 * do, NAN when the noise is not known. A rule of thumb, see stats/plan.h. */
double reach_blocks(const struct gate *gate, const struct bench *bench, double value, double noise,
	double beta);

#endif
