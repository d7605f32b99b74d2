/* A sweep, read as a whole and judged: what its records hold is compared with its rows, so this is
 * done once for all the pages that tell of its parts. */
#include "serve_priv.h"

#include "sweep/sweep.h"

#include <inttypes.h>

#define SAMPLES_MAX 200000 /* of about 100 bytes; above, pages would take too long as well */
#define KEPT_MAX 50000

struct loaded {
	int64_t sweep; /* 0: nothing is loaded */
	uint64_t change;
	struct arena arena;
	struct results results;
	struct report report;
};

struct loaded *
loaded_new(void)
{
	struct loaded *loaded = xcalloc(1, sizeof(*loaded));

	results_init(&loaded->results);
	return loaded;
}

static void
forget(struct loaded *loaded)
{
	results_done(&loaded->results);
	arena_done(&loaded->arena);
	loaded->sweep = 0;
	results_init(&loaded->results);
}

void
loaded_free(struct loaded *loaded)
{
	if (!loaded)
		return;
	forget(loaded);
	results_done(&loaded->results);
	free(loaded);
}

static int
count(struct store *store, int64_t sweep, int64_t *ret, struct err *err)
{
	if (store_count_samples(store, sweep, ret, err) < 0)
		return -1;
	if (*ret <= SAMPLES_MAX)
		return 0;
	return err_set(err, ERR_RESOURCES,
		"sweep #%" PRId64 " has %" PRId64
		" samples, more than are read here (%d): 'revsweep show %" PRId64
		"' and its --samples and --all read them",
		sweep, *ret, SAMPLES_MAX, sweep);
}

int
loaded_check(struct store *store, int64_t sweep, struct err *err)
{
	int64_t samples = 0;

	return count(store, sweep, &samples, err);
}

static int
load(struct loaded *loaded, struct store *store, int64_t sweep, struct err *err)
{
	struct store_sweep stored;

	if (store_get(store, sweep, &loaded->arena, &stored, err) < 0)
		return -1;
	return sweep_report_stored(
		store, &stored, &loaded->results, &loaded->arena, &loaded->report, err);
}

int
loaded_get(struct loaded *loaded, struct store *store, int64_t sweep, const struct report **ret,
	struct err *err)
{
	struct store_state state;
	int64_t samples = 0;

	if (store_state(store, sweep, &state, err) < 0)
		return -1;
	if (loaded->sweep != sweep || loaded->change != state.change) {
		forget(loaded);
		if (count(store, sweep, &samples, err) < 0)
			return -1;
		if (load(loaded, store, sweep, err) < 0) {
			forget(loaded);
			return -1;
		}
		/* A large one is good for this answer only. */
		loaded->sweep = samples <= KEPT_MAX ? sweep : 0;
		loaded->change = state.change;
	}
	*ret = &loaded->report;
	return 0;
}
