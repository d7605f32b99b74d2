#include "sweep/pins.h"

#include "store/store.h"
#include "sys/fs.h"

#include <string.h>

/* Whether a sweep may still be carried on. */
static bool
is_unfinished(const struct cache_pin *pin)
{
	scoped_free char *index = path_join(pin->store, "store.db");
	struct arena arena = ARENA_INIT;
	struct store_sweep sweep = {0};
	struct store *store = NULL;
	struct err err = ERR_INIT; /* whatever it is: better to keep too much */
	bool unfinished = true;

	if (!fs_exists(index))
		return false;
	if (store_open(pin->store, STORE_READ, &store, &err) == 0) {
		if (store_get(store, pin->sweep, &arena, &sweep, &err) == 0)
			unfinished = strcmp(sweep.status, "running") == 0;
		else
			unfinished = err.kind != ERR_USAGE; /* there is no such sweep */
		store_close(store);
	}
	arena_done(&arena);
	return unfinished;
}

int
sweep_pins(const char *cache, struct arena *arena, struct sweep_pin **ret, size_t *ret_n,
	struct err *err)
{
	vec(struct sweep_pin) list = {0};
	struct cache_pin *pins = NULL;
	size_t n = 0;
	int r = cache_pins_read(cache, arena, &pins, &n, err);

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!is_unfinished(&pins[i])) {
			r = cache_pin_drop(&pins[i], err);
			continue;
		}
		const char *by = arena_printf(
			arena, "sweep #%jd of '%s'", (intmax_t)pins[i].sweep, pins[i].store);
		for (size_t k = 0; k < pins[i].n_keys; k++)
			vec_add(&list, (struct sweep_pin){pins[i].keys[k], by});
	}
	*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	*ret_n = list.n;
	vec_done(&list);
	return r;
}
