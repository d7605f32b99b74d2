/* Which launch comes when. Only the random order inside a block is used by the test, so it is drawn
 * from the sweep's seed and nothing else, and can be drawn again. */
#ifndef MEASURE_SCHEDULE_H
#define MEASURE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct block_plan {
	uint64_t hash_seed; /* PYTHONHASHSEED and the like: equal in all arms of a block */
	unsigned pad;       /* bytes of environment padding, 0..4095, equal in all arms */
	uint64_t cpu_draw;  /* says on which CPU the two of a duet take turns */
	unsigned layout;    /* proc_spec.layout, equal in all arms */
};

/* Order of n revisions in a block (a uniform random permutation of 0..n-1) and what its arms have
 * in common. attempt: 0 for the first try, counted up when a block is repeated. */
void schedule_block(uint64_t seed, unsigned block, unsigned attempt, size_t n, uint32_t *order,
	struct block_plan *ret);

/* Which of n layouts the base of a block has: the suites of a round, each of which is a block,
 * share one, and rounds take turns. */
unsigned schedule_layout(unsigned block, size_t suites, unsigned n);

#endif
