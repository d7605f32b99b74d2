/* Several builds at once: workers take them from one queue; the thread that asked is told of each
 * as it is over, so that what belongs to one thread (a store) can be told, too. */
#include "internal.h"

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/host.h"
#include "sys/stop.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct pool {
	const struct build_request *requests;
	struct build *results;
	const size_t *order;
	size_t n;
	unsigned share; /* of the CPUs, for each worker */
	int cancel;     /* readable once all are to give up */
	int64_t start_ns;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	size_t next;
	size_t *over; /* in the order in which they came to their end */
	size_t n_over;
	unsigned running; /* workers */
	bool failed;
	struct err err; /* the first one */
};

struct worker {
	struct pool *pool;
	unsigned number; /* from 1 */
};

/* The first error wins, and the others are to give up. */
static void
fail(struct pool *pool, const struct err *err)
{
	uint64_t one = 1;

	pthread_mutex_lock(&pool->lock);
	if (!pool->failed)
		pool->err = *err;
	pool->failed = true;
	pthread_mutex_unlock(&pool->lock);
	/* Cannot fail: the counter is far from its end. */
	(void)!write(pool->cancel, &one, sizeof(one));
}

static bool
take(struct pool *pool, size_t *ret)
{
	pthread_mutex_lock(&pool->lock);
	bool any = !pool->failed && !stop_requested() && pool->next < pool->n;
	if (any)
		*ret = pool->order[pool->next++];
	pthread_mutex_unlock(&pool->lock);
	return any;
}

static struct build_request
request_of(const struct worker *worker, size_t i)
{
	struct build_request request = worker->pool->requests[i];

	request.worker = worker->number;
	request.cancel_fd = worker->pool->cancel;
	if (!request.jobs)
		request.jobs = worker->pool->share;
	return request;
}

static void
tell_queue(const struct worker *worker, const struct build_request *request)
{
	struct build_request nobodys = *request;

	nobodys.worker = 0;
	span_tell(&nobodys, SPAN_QUEUE, worker->pool->start_ns, span_ok);
}

static void
work(const struct worker *worker)
{
	struct pool *pool = worker->pool;
	size_t i;

	while (take(pool, &i)) {
		struct build_request request = request_of(worker, i);
		struct err err = ERR_INIT;

		tell_queue(worker, &request);
		if (build_run(&request, &pool->results[i], &err) < 0) {
			fail(pool, &err);
			break;
		}
		pthread_mutex_lock(&pool->lock);
		pool->over[pool->n_over++] = i;
		pthread_cond_signal(&pool->news);
		pthread_mutex_unlock(&pool->lock);
	}
}

static void *
run_worker(void *arg)
{
	const struct worker *worker = arg;
	struct pool *pool = worker->pool;

	work(worker);
	pthread_mutex_lock(&pool->lock);
	pool->running--;
	pthread_cond_signal(&pool->news);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Tells of what is over, until no worker is left. */
static void
attend(struct pool *pool, const struct build_crew *crew)
{
	size_t told = 0;

	pthread_mutex_lock(&pool->lock);
	while (pool->running || told < pool->n_over) {
		struct err err = ERR_INIT;

		if (told == pool->n_over) {
			pthread_cond_wait(&pool->news, &pool->lock);
			continue;
		}
		size_t i = pool->over[told++];
		pthread_mutex_unlock(&pool->lock);
		if (crew->finished && crew->finished(crew->arg, i, &pool->results[i], &err) < 0)
			fail(pool, &err);
		pthread_mutex_lock(&pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
}

static void
carry_out(struct pool *pool, const struct build_crew *crew, unsigned workers)
{
	scoped_free pthread_t *threads = xcalloc(workers, sizeof(*threads));
	scoped_free struct worker *all = xcalloc(workers, sizeof(*all));
	unsigned started = 0;

	pool->running = workers;
	for (unsigned i = 0; i < workers; i++)
		all[i] = (struct worker){pool, i + 1};
	while (started < workers &&
		pthread_create(&threads[started], NULL, run_worker, &all[started]) == 0)
		started++;
	pthread_mutex_lock(&pool->lock);
	pool->running -= workers - started;
	pthread_mutex_unlock(&pool->lock);
	/* Where no thread can be made, the work is done all the same. */
	if (started == 0)
		work(&all[0]);
	attend(pool, crew);
	while (started)
		pthread_join(threads[--started], NULL);
}

static int
conclude(struct pool *pool, struct err *err)
{
	if (!pool->failed && pool->n_over < pool->n) {
		err_set(&pool->err, ERR_STOPPED, "stopped while building");
		pool->failed = true;
	}
	if (!pool->failed)
		return 0;
	for (size_t i = 0; i < pool->n; i++)
		build_done(&pool->results[i]);
	*err = pool->err;
	return -1;
}

int
build_all(const struct build_request *requests, size_t n, const struct build_crew *crew,
	struct build *ret, struct err *err)
{
	unsigned most = crew->workers < n ? crew->workers : (unsigned)n, workers = most ? most : 1;
	unsigned cpus = host_usable_cpus();
	scoped_free double *expected = xcalloc(n ? n : 1, sizeof(*expected));
	scoped_free size_t *order = xcalloc(n ? n : 1, sizeof(*order));
	scoped_free size_t *over = xcalloc(n ? n : 1, sizeof(*over));
	struct pool pool = {
		.requests = requests,
		.results = ret,
		.order = crew->order,
		.over = over,
		.n = n,
		.share = cpus > workers ? cpus / workers : 1,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.news = PTHREAD_COND_INITIALIZER,
		.cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	};

	if (pool.cancel < 0)
		return err_sys(err, ERR_RESOURCES, "cannot make an event");
	memset(ret, 0, n * sizeof(*ret));
	if (!crew->order) {
		build_expect(requests, n, expected);
		expect_order(expected, n, order);
		pool.order = order;
	}
	pool.start_ns = clock_monotonic_ns();
	if (n > 0)
		carry_out(&pool, crew, workers);
	close(pool.cancel);
	return conclude(&pool, err);
}
