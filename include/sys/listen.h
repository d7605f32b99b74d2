/* Sockets that wait for connections. */
#ifndef SYS_LISTEN_H
#define SYS_LISTEN_H

#include "base/err.h"

#include <stddef.h>

#define LISTEN_MAX 4

struct listeners {
	int fds[LISTEN_MAX]; /* not blocking */
	size_t n;
	unsigned port; /* of all of them */
};

/* addresses: numeric, NULL-terminated, LISTEN_MAX at most; those that this machine lacks are left
 * out, as long as one remains. port 0: any that is free at all of them. ERR_ENVIRONMENT when the
 * port is taken or not for us, or there is no such address; ERR_USAGE when one is not numeric. */
int listen_open(
	const char *const *addresses, unsigned port, struct listeners *ret, struct err *err);
void listen_close(struct listeners *listeners);

#endif
