/* Which builds of the cache unfinished sweeps need. */
#ifndef SWEEP_PINS_H
#define SWEEP_PINS_H

#include "build/cache.h"

struct sweep_pin {
	const char *key;
	const char *by; /* "sweep #3 of '/x/.revsweep'" */
};

/* Asks the store of each sweep that has pins whether it is unfinished; pins of those that are over,
 * or whose store is gone, are dropped. A store that cannot be read keeps them. In the arena. */
int sweep_pins(const char *cache, struct arena *arena, struct sweep_pin **ret, size_t *ret_n,
	struct err *err);

#endif
