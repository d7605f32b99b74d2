/* Seeded random numbers that are the same on every machine: xoshiro256** seeded by splitmix64
 * (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/* Streams of one seed are independent: block b of a sweep uses stream b, so that a resumed sweep
 * draws what the uninterrupted one would have drawn. */
void rng_init(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* uniform in [0, n), unbiased; n > 0 */
double rng_unit(struct rng *r);                /* uniform in [0, 1) */
void rng_permutation(struct rng *r, uint32_t *order, size_t n); /* Fisher and Yates, of 0..n-1 */

#endif
