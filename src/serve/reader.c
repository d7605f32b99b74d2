/* Those who read the store. The server's thread never waits; what is not at hand is asked for here,
 * by several threads, each with a connection to the store of its own. */
#include "serve_priv.h"

#include "ext/digest.h"
#include "sys/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define READERS 2     /* so that one long answer holds up nobody */
#define QUEUE_MAX 256 /* visits that wait */
#define TRUST_MS 100  /* how long what was seen of the store is news */
#define FAILED_MS 300 /* how long it is not tried again after a failure */
#define SHARE 20      /* an answer that took a second is good for 20 while its sweep goes on */
#define READ_S 5.0    /* of reading the store for an answer */
#define WAIT_S 15     /* in the queue */
#define STACK (1 << 20)
#define MS INT64_C(1000000)

struct readers {
	const struct serve_options *options;
	struct cache *cache;
	pthread_t threads[READERS];
	unsigned n_threads;
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t more;
	struct visit *queue[QUEUE_MAX]; /* a ring */
	unsigned first, n;
	bool ending;
	bool seen;      /* the store was there, with this pulse */
	uint64_t pulse; /* and that state of the folder of profiles */
	int64_t seen_ns;
};

/* One thread. */
struct reader {
	struct readers *all;
	struct store *store; /* or NULL */
	struct loaded *loaded;
	struct profiled *profiled;
	uint64_t profiles;  /* their folder's state, as it was last seen */
	struct err failure; /* the last one to open or ask the store */
	int64_t failed_ns;  /* 0: none */
};

void
visit_free(struct visit *visit)
{
	arena_done(&visit->arena);
	free(visit->key);
	free(visit->if_none);
	free(visit);
}

/* ---- the store */

static void
publish(struct reader *reader, bool seen, uint64_t pulse)
{
	struct readers *all = reader->all;

	pthread_mutex_lock(&all->lock);
	all->seen = seen;
	all->pulse = pulse;
	all->seen_ns = clock_monotonic_ns();
	pthread_mutex_unlock(&all->lock);
}

static void
close_store(struct reader *reader)
{
	loaded_free(reader->loaded);
	reader->loaded = loaded_new();
	store_close(reader->store);
	reader->store = NULL;
}

/* What was opened may have been moved away, and another one be in its place. */
static int
look(struct reader *reader, uint64_t *ret, struct err *err)
{
	for (unsigned i = 0;; i++) {
		bool fresh = !reader->store;

		if (fresh && store_open(reader->all->options->store, STORE_LOOK, &reader->store,
				     err) < 0)
			return -1;
		store_limit(reader->store, READ_S);
		if (store_pulse(reader->store, ret, err) == 0)
			return 0;
		close_store(reader);
		if (fresh || err->kind != ERR_STORE)
			return -1;
	}
}

static int
see_store(struct reader *reader, uint64_t *ret, struct err *err)
{
	if (reader->failed_ns && clock_monotonic_ns() - reader->failed_ns < FAILED_MS * MS) {
		*err = reader->failure;
		return -1;
	}
	reader->failed_ns = 0;
	if (look(reader, ret, err) == 0) {
		reader->profiles = profiled_look(reader->profiled);
		*ret ^= reader->profiles;
		publish(reader, true, *ret);
		return 0;
	}
	reader->failure = *err;
	reader->failed_ns = clock_monotonic_ns();
	publish(reader, false, 0);
	return -1;
}

bool
readers_trust(struct readers *readers, const struct route *route, const struct cached *cached)
{
	int64_t now = clock_monotonic_ns();

	if (route->depends == ON_PROGRAM)
		return true;
	if (route->depends == ON_MOMENT && now >= cached->until_ns)
		return false;
	if (route->flags & STORELESS)
		return true;
	pthread_mutex_lock(&readers->lock);
	bool good = readers->seen && now - readers->seen_ns < TRUST_MS * MS &&
		    (route->depends == ON_MOMENT || readers->pulse == cached->pulse);
	pthread_mutex_unlock(&readers->lock);
	return good;
}

/* ---- tags */

static void
make_tag(const struct str *text, char tag[CACHE_TAG])
{
	char hex[DIGEST_HEX];

	digest_of(text->p, text->n, hex);
	snprintf(tag, CACHE_TAG, "\"%.32s\"", hex);
}

static int
add_sweep(struct store *store, int64_t sweep, struct str *text, bool *ret_goes_on, struct err *err)
{
	struct store_state state;

	if (store_state(store, sweep, &state, err) < 0)
		return -1;
	*ret_goes_on = !state.done;
	str_addf(text, " %jd:%ju", (intmax_t)sweep, (uintmax_t)state.change);
	return 0;
}

/* What the answer depends on, as a text that is another one when it is something else. */
static int
find_tag(struct reader *reader, const struct visit *visit, uint64_t pulse, struct asked *asked,
	char tag[CACHE_TAG], struct err *err)
{
	scoped(str) text = STR_INIT;
	int64_t sweeps[TARGET_PARAMS_MAX];
	size_t n = 0;
	int r = 0;

	str_addf(&text, REVSWEEP_VERSION " %ju", (uintmax_t)reader->profiles);
	if (visit->route->depends == ON_STORE)
		str_addf(&text, " %ju", (uintmax_t)pulse);
	else if (visit->route->depends == ON_SWEEP)
		r = add_sweep(reader->store, visit->number[0], &text, &asked->goes_on, err);
	else if (visit->route->depends == ON_RUNS)
		r = compare_sweeps(asked, sweeps, ARRAY_LEN(sweeps), &n, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_sweep(reader->store, sweeps[i], &text, &asked->goes_on, err);
	if (r == 0)
		make_tag(&text, tag);
	return r;
}

bool
tag_matches(const char *tag, const char *if_none)
{
	return if_none && (strcmp(if_none, "*") == 0 || strstr(if_none, tag));
}

/* ---- answers */

static unsigned
status_of(const struct err *err, const struct asked *asked)
{
	switch (err->kind) {
	case ERR_USAGE:
		return asked->malformed ? 400 : 404;
	case ERR_INTERNAL:
	case ERR_NONE:
		return 500;
	case ERR_SOURCE:
	case ERR_STORE:
	case ERR_BUSY:
	case ERR_RESOURCES:
	case ERR_ENVIRONMENT:
	case ERR_UNDECIDED:
	case ERR_STOPPED:
		break;
	}
	return 503;
}

static struct httpd_reply *
refuse(struct reader *reader, const struct visit *visit, const struct asked *asked,
	const struct err *err)
{
	if (err->kind == ERR_STORE || err->kind == ERR_BUSY)
		close_store(reader);
	return reply_error(status_of(err, asked), visit->json, err->text);
}

static struct httpd_reply *
write_answer(struct reader *reader, const struct visit *visit, struct asked *asked,
	struct cached *fresh, struct err *err)
{
	const struct route *route = visit->route;
	scoped(str) body = STR_INIT;

	fresh->made_ns = clock_monotonic_ns();
	if (route->write(asked, &body, err) == 0 && body.full)
		err_set(err, ERR_RESOURCES,
			"the answer would be larger than %zu MiB: the command line has it",
			STR_MAX >> 20);
	if (err->kind != ERR_NONE)
		return NULL;
	if (route->depends == ON_MOMENT) {
		make_tag(&body, fresh->tag);
		fresh->until_ns = clock_monotonic_ns() + route->ms * MS;
	}
	size_t n = body.n;
	fresh->took_ns = clock_monotonic_ns() - fresh->made_ns;
	fresh->reply = reply_new(200, &body,
		&(struct reply_extra){
			.type = route->type, .tag = fresh->tag, .charts = route->flags & CHARTS});
	cache_put(reader->all->cache, visit->key, fresh, n);
	return fresh->reply;
}

/* What was said before may be said again: it is right, or as new as an answer can be that is not to
 * cost what is measured meanwhile more than its share. Who waits for the end of a sweep sees it. */
static bool
is_good(struct reader *reader, const struct visit *visit, const struct asked *asked,
	const struct cached *known, const char *tag)
{
	int64_t age_ns = clock_monotonic_ns() - known->made_ns;

	if (visit->route->depends == ON_MOMENT)
		return readers_trust(reader->all, visit->route, known);
	if (strcmp(known->tag, tag) == 0)
		return true;
	return visit->route->depends == ON_SWEEP && asked->goes_on &&
	       age_ns < SHARE * known->took_ns;
}

/* Either says that nothing has changed, or makes it anew. */
static struct httpd_reply *
make_answer(struct reader *reader, const struct visit *visit, uint64_t pulse, struct asked *asked,
	struct err *err)
{
	struct cached fresh = {.pulse = pulse}, known;
	struct httpd_reply *reply = NULL;
	bool momentary = visit->route->depends == ON_MOMENT;

	if (!momentary && find_tag(reader, visit, pulse, asked, fresh.tag, err) < 0)
		return NULL;
	if (cache_find(reader->all->cache, visit->key, &known)) {
		if (is_good(reader, visit, asked, &known, fresh.tag)) {
			cache_confirm(reader->all->cache, visit->key, fresh.tag, pulse);
			reply = known.reply;
			memcpy(fresh.tag, known.tag, sizeof(fresh.tag));
		} else {
			httpd_reply_unref(known.reply);
		}
	}
	if (!reply && (momentary || !tag_matches(fresh.tag, visit->if_none))) {
		reply = write_answer(reader, visit, asked, &fresh, err);
		if (!reply)
			return NULL;
	}
	if (tag_matches(fresh.tag, visit->if_none)) {
		httpd_reply_unref(reply);
		reply = reply_not_modified(fresh.tag);
	}
	return reply;
}

static void
answer(struct reader *reader, struct visit *visit)
{
	struct arena arena = ARENA_INIT;
	struct asked asked = {
		.options = reader->all->options,
		.arena = &arena,
		.target = &visit->target,
	};
	struct err err = ERR_INIT;
	struct httpd_reply *reply = NULL;
	uint64_t pulse = 0;
	bool late = clock_monotonic_ns() - visit->came_ns > WAIT_S * 1000 * MS;

	memcpy(asked.number, visit->number, sizeof(asked.number));
	if (late)
		err_set(&err, ERR_RESOURCES, "too much is asked for at once: try again");
	else if ((visit->route->flags & STORELESS) || see_store(reader, &pulse, &err) == 0) {
		asked.store = reader->store;
		asked.loaded = reader->loaded;
		asked.profiled = reader->profiled;
		reply = make_answer(reader, visit, pulse, &asked, &err);
	}
	if (!reply)
		reply = refuse(reader, visit, &asked, &err);
	arena_done(&arena);
	struct httpd_request *request = visit->request;
	visit_free(visit);
	httpd_answer(request, reply);
}

/* ---- threads */

static struct visit *
next_visit(struct readers *all)
{
	struct visit *visit = NULL;

	pthread_mutex_lock(&all->lock);
	while (!all->n && !all->ending)
		pthread_cond_wait(&all->more, &all->lock);
	if (all->n) {
		visit = all->queue[all->first];
		all->first = (all->first + 1) % QUEUE_MAX;
		all->n--;
	}
	pthread_mutex_unlock(&all->lock);
	return visit;
}

static void *
read_for_all(void *arg)
{
	struct readers *all = arg;
	struct reader reader = {.all = all,
		.loaded = loaded_new(),
		.profiled = profiled_new(all->options->profiles)};
	struct visit *visit;

	while ((visit = next_visit(all)))
		answer(&reader, visit);
	loaded_free(reader.loaded);
	profiled_free(reader.profiled);
	store_close(reader.store);
	return NULL;
}

bool
readers_take(struct readers *readers, struct visit *visit)
{
	pthread_mutex_lock(&readers->lock);
	bool room = readers->n < QUEUE_MAX && !readers->ending;

	if (room) {
		visit->came_ns = clock_monotonic_ns();
		httpd_defer(visit->request);
		readers->queue[(readers->first + readers->n) % QUEUE_MAX] = visit;
		readers->n++;
		pthread_cond_signal(&readers->more);
	}
	pthread_mutex_unlock(&readers->lock);
	return room;
}

struct readers *
readers_new(const struct serve_options *options, struct cache *cache)
{
	struct readers *readers = xcalloc(1, sizeof(*readers));

	readers->options = options;
	readers->cache = cache;
	pthread_mutex_init(&readers->lock, NULL);
	pthread_cond_init(&readers->more, NULL);
	return readers;
}

int
readers_start(struct readers *readers, struct err *err)
{
	pthread_attr_t attr;
	int r = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	while (r == 0 && readers->n_threads < READERS) {
		r = pthread_create(
			&readers->threads[readers->n_threads], &attr, read_for_all, readers);
		readers->n_threads += r == 0;
	}
	pthread_attr_destroy(&attr);
	return r == 0 ? 0 : err_set(err, ERR_RESOURCES, "cannot start a thread: %s", strerror(r));
}

void
readers_end(struct readers *readers)
{
	if (!readers)
		return;
	pthread_mutex_lock(&readers->lock);
	readers->ending = true;
	pthread_cond_broadcast(&readers->more);
	pthread_mutex_unlock(&readers->lock);
	for (unsigned i = 0; i < readers->n_threads; i++)
		pthread_join(readers->threads[i], NULL);
	readers->n_threads = 0;
}

void
readers_free(struct readers *readers)
{
	if (!readers)
		return;
	pthread_cond_destroy(&readers->more);
	pthread_mutex_destroy(&readers->lock);
	free(readers);
}
