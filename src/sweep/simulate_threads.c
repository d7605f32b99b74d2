/* Replays are independent of each other: threads take them in small parts. */
#include "simulate_priv.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>

#define PART 16

struct crew {
	atomic_uint next;
	unsigned n;
	void (*work)(unsigned from, unsigned to, void *arg);
	void *arg;
};

static void *
take_parts(void *p)
{
	struct crew *crew = p;

	for (;;) {
		unsigned from = atomic_fetch_add(&crew->next, PART);

		if (from >= crew->n)
			return NULL;
		crew->work(from, crew->n - from < PART ? crew->n : from + PART, crew->arg);
	}
}

void
simulate_spread(unsigned n, unsigned threads, void (*work)(unsigned from, unsigned to, void *arg),
	void *arg)
{
	struct crew crew = {.n = n, .work = work, .arg = arg};
	scoped_free pthread_t *others = xcalloc(threads + 1, sizeof(*others));
	unsigned started = 0;

	atomic_init(&crew.next, 0);
	/* Where no further thread can be had, those there are do it all. */
	while (started + 1 < threads &&
		pthread_create(&others[started], NULL, take_parts, &crew) == 0)
		started++;
	take_parts(&crew);
	for (unsigned i = 0; i < started; i++)
		pthread_join(others[i], NULL);
}
