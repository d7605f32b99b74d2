#include "measure/schedule.h"

#include "base/rng.h"
#include "sys/proc.h"

#define PAD_END 4096 /* a page: what moves the stack to every alignment */

void
schedule_block(uint64_t seed, unsigned block, unsigned attempt, size_t n, uint32_t *order,
	struct block_plan *ret)
{
	struct rng rng;

	rng_init(&rng, seed, (uint64_t)block << 32 | attempt);
	/* Before the order, so that they do not depend on how many revisions there are. */
	ret->hash_seed = rng_below(&rng, UINT64_C(1) << 32);
	ret->pad = (unsigned)rng_below(&rng, PAD_END);
	ret->cpu_draw = rng_below(&rng, UINT64_C(1) << 32);
	ret->layout = 1 + (unsigned)rng_below(&rng, PROC_LAYOUTS);
	rng_permutation(&rng, order, n);
}

unsigned
schedule_layout(unsigned block, size_t suites, unsigned n)
{
	return n > 1 ? block / (unsigned)suites % n : 0;
}
