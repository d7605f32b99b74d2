#include "sys/listen.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 512
#define PORT_DRAWS 20

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int
parse_address(const char *text, unsigned port, union address *ret, socklen_t *ret_n)
{
	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons((uint16_t)port);
		*ret_n = sizeof(ret->v4);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons((uint16_t)port);
		*ret_n = sizeof(ret->v6);
		return 0;
	}
	return -1;
}

static int
cannot_listen(const char *address, unsigned port, struct err *err)
{
	if (errno == EADDRINUSE)
		return err_set(err, ERR_ENVIRONMENT,
			"port %u of %s is taken by another program: name another one with --port, "
			"or 0 for any that is free",
			port, address);
	if (errno == EACCES)
		return err_set(err, ERR_ENVIRONMENT,
			"port %u of %s is not for ordinary users: name one from 1024 on with "
			"--port",
			port, address);
	return err_sys(err, ERR_ENVIRONMENT, "cannot listen on port %u of %s", port, address);
}

/* -1 with errno. */
static int
bind_socket(int fd, const union address *address, socklen_t n)
{
	static const int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	return bind(fd, &address->any, n) < 0 || listen(fd, BACKLOG) < 0 ? -1 : 0;
}

static unsigned
port_of(int fd)
{
	union address address = {0};
	socklen_t n = sizeof(address);

	if (getsockname(fd, &address.any, &n) < 0)
		return 0;
	return ntohs(
		address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* A family or an address that this machine lacks is no failure. */
static int
listen_on(struct listeners *l, const char *text, struct err *err)
{
	union address address;
	socklen_t n;

	if (parse_address(text, l->port, &address, &n) < 0)
		return err_set(err, ERR_USAGE, "'%s' is no numeric address", text);
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno == EAFNOSUPPORT ? 0 : cannot_listen(text, l->port, err);
	if (bind_socket(fd, &address, n) < 0) {
		int r = errno == EADDRNOTAVAIL ? 0 : cannot_listen(text, l->port, err);
		close(fd);
		return r;
	}
	l->port = port_of(fd);
	l->fds[l->n++] = fd;
	return 0;
}

void
listen_close(struct listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		close(l->fds[i]);
	l->n = 0;
}

/* All addresses have the same port. */
static int
listen_on_all(const char *const *addresses, unsigned port, struct listeners *l, struct err *err)
{
	l->port = port;
	for (size_t i = 0; addresses[i]; i++) {
		assert(i < LISTEN_MAX);
		if (listen_on(l, addresses[i], err) < 0)
			return -1;
	}
	if (l->n)
		return 0;
	return err_set(err, ERR_ENVIRONMENT, "this machine has no address %s", addresses[0]);
}

/* A port that is free at one address may be taken at the other. */
int
listen_open(const char *const *addresses, unsigned port, struct listeners *ret, struct err *err)
{
	struct listeners l = {.n = 0};
	int r = listen_on_all(addresses, port, &l, err);

	for (unsigned i = 0; r < 0 && port == 0 && i < PORT_DRAWS; i++) {
		listen_close(&l);
		r = listen_on_all(addresses, port, &l, err);
	}
	if (r < 0)
		listen_close(&l);
	else
		*ret = l;
	return r;
}
