/* Several builds at once. */
#include "build/build.h"

#include "base/mem.h"
#include "sys/stop.h"

#include <pthread.h>
#include <string.h>

struct pool {
	const struct build_request *requests;
	struct build *results;
	size_t n;
	pthread_mutex_t lock; /* of what follows */
	size_t next;
	bool failed;
	struct err err; /* the first one */
};

static void *
work(void *arg)
{
	struct pool *pool = arg;

	for (;;) {
		struct err err = ERR_INIT;

		pthread_mutex_lock(&pool->lock);
		size_t i = pool->failed || stop_requested() ? pool->n : pool->next++;
		pthread_mutex_unlock(&pool->lock);
		if (i >= pool->n)
			return NULL;
		if (build_run(&pool->requests[i], &pool->results[i], &err) == 0)
			continue;
		pthread_mutex_lock(&pool->lock);
		if (!pool->failed)
			pool->err = err;
		pool->failed = true;
		pthread_mutex_unlock(&pool->lock);
	}
}

int
build_all(const struct build_request *requests, size_t n, unsigned workers, struct build *ret,
	struct err *err)
{
	struct pool pool = {
		.requests = requests, .results = ret, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER};
	unsigned started = 0;

	if (workers < 1)
		workers = 1;
	if (workers > n)
		workers = (unsigned)n;
	memset(ret, 0, n * sizeof(*ret));
	scoped_free pthread_t *threads = xcalloc(workers ? workers : 1, sizeof(*threads));
	/* This thread is one of the workers, so that the work is done even if none can be made. */
	while (started + 1 < workers && pthread_create(&threads[started], NULL, work, &pool) == 0)
		started++;
	work(&pool);
	while (started)
		pthread_join(threads[--started], NULL);
	if (!pool.failed && stop_requested() && pool.next < n)
		pool.failed = err_set(&pool.err, ERR_STOPPED, "stopped while building") < 0;
	if (!pool.failed)
		return 0;
	for (size_t i = 0; i < n; i++)
		build_done(&ret[i]);
	*err = pool.err;
	return -1;
}
