#include "measure/machine.h"

#include "sys/fs.h"

static int
await(const char *cache, bool shared, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err)
{
	scoped_free char *path = path_join(cache, "measure.lock");

	return lock_await(path, shared, busy, arg, ret, err);
}

int
machine_hold(const char *cache, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err)
{
	return await(cache, false, busy, arg, ret, err);
}

int
machine_share(const char *cache, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err)
{
	return await(cache, true, busy, arg, ret, err);
}
