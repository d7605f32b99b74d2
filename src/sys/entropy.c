#include "sys/entropy.h"

#include <assert.h>
#include <sys/random.h>

int
entropy_read(void *ret, size_t n, struct err *err)
{
	assert(n <= 256); /* more could come in parts */
	if (getrandom(ret, n, 0) != (ssize_t)n)
		return err_sys(err, ERR_ENVIRONMENT, "cannot draw random numbers");
	return 0;
}
