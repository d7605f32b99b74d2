#include "source/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* The reader runs this far ahead, and the writer is woken for no less than a batch: to switch
 * between the two for every small file costs more than it gains. */
#define SLOTS 64
#define BATCH 16
#define BYTES_AHEAD ((uint64_t)64 << 20)

struct slot {
	struct repo_blob blob;
	uint64_t size;
	int r;
	struct err err;
};

struct ahead {
	struct repo *repo;
	const struct tree *tree;
	size_t file; /* the next to read; the reader's own */
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock; /* holds all below */
	pthread_cond_t filled, drained;
	struct slot slots[SLOTS]; /* blob number i is in slot i % SLOTS */
	size_t n_read, n_given;
	uint64_t bytes; /* of the blobs that were read and not given */
	bool stop;      /* the writer wants no more */
	bool blocked;   /* the reader waits for room; whoever makes some clears it */
	bool done;      /* the reader has read all */
};

/* The next regular file to read, NULL at the end. */
static const struct tree_file *
next_file(struct ahead *a)
{
	for (; a->file < a->tree->files.n; a->file++) {
		const struct tree_file *file = &a->tree->files.v[a->file];

		if (file->type == TREE_FILE || file->type == TREE_PROGRAM)
			return file;
	}
	return NULL;
}

static void
read_file(struct ahead *a, const struct tree_file *file, struct slot *ret)
{
	ret->size = file->size;
	ret->r = repo_blob(a->repo, &file->id, &ret->blob, &ret->err);
	if (ret->r < 0)
		err_wrap(&ret->err, "'%.300s'", file->path);
	a->file++;
}

static bool
has_room(const struct ahead *a, const struct tree_file *file)
{
	return a->n_read - a->n_given < SLOTS &&
	       (a->bytes == 0 || a->bytes + file->size <= BYTES_AHEAD);
}

static void *
read_all(void *arg)
{
	struct ahead *a = arg;
	const struct tree_file *file;

	while ((file = next_file(a))) {
		pthread_mutex_lock(&a->lock);
		while (!a->stop && !has_room(a, file)) {
			a->blocked = true;
			pthread_cond_signal(&a->filled);
			pthread_cond_wait(&a->drained, &a->lock);
		}
		bool stop = a->stop;
		struct slot *slot = &a->slots[a->n_read % SLOTS];
		pthread_mutex_unlock(&a->lock);
		if (stop)
			break;
		read_file(a, file, slot);
		pthread_mutex_lock(&a->lock);
		a->n_read++;
		a->bytes += slot->size;
		if (a->n_read - a->n_given == BATCH)
			pthread_cond_signal(&a->filled);
		pthread_mutex_unlock(&a->lock);
	}
	pthread_mutex_lock(&a->lock);
	a->done = true;
	pthread_cond_signal(&a->filled);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct ahead *
ahead_new(struct repo *repo, const struct tree *tree)
{
	struct ahead *a = xcalloc(1, sizeof(*a));
	sigset_t all, before;

	a->repo = repo;
	a->tree = tree;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled, NULL);
	pthread_cond_init(&a->drained, NULL);
	/* Signals are for the thread that knows what to do with them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	a->threaded = pthread_create(&a->thread, NULL, read_all, a) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return a;
}

/* Waits for a batch, or for less when there will be no more before the next is given. */
static void
wait_filled(struct ahead *a)
{
	if (a->n_read > a->n_given)
		return;
	while (!a->done &&
		(a->n_read == a->n_given || (a->n_read - a->n_given < BATCH && !a->blocked)))
		pthread_cond_wait(&a->filled, &a->lock);
}

int
ahead_next(struct ahead *a, struct repo_blob *ret, struct err *err)
{
	struct slot *slot = &a->slots[a->n_given % SLOTS];

	pthread_mutex_lock(&a->lock);
	if (a->threaded) {
		wait_filled(a);
	} else {
		/* no thread was to be had */
		read_file(a, next_file(a), slot);
		a->n_read++;
		a->bytes += slot->size;
	}
	int r = slot->r;
	if (r == 0)
		*ret = slot->blob;
	else
		*err = slot->err;
	a->n_given++;
	a->bytes -= slot->size;
	if (a->blocked && a->n_read - a->n_given <= SLOTS - BATCH) {
		a->blocked = false;
		pthread_cond_signal(&a->drained);
	}
	pthread_mutex_unlock(&a->lock);
	return r;
}

void
ahead_free(struct ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->drained);
	pthread_mutex_unlock(&a->lock);
	if (a->threaded)
		pthread_join(a->thread, NULL);
	for (size_t i = a->n_given; i < a->n_read; i++)
		if (a->slots[i % SLOTS].r == 0)
			repo_blob_done(&a->slots[i % SLOTS].blob);
	pthread_cond_destroy(&a->drained);
	pthread_cond_destroy(&a->filled);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
