/* Who may ask. Every request must show the token of this start: as `Authorization: Bearer TOKEN`,
 * or as the cookie that a browser gets in exchange for the token in the address that was printed. A
 * page of somebody else's must not ask in the user's name: the Host header must be an address of
 * ours (a name that was bound to our address lately is none), and what browsers say about where a
 * request comes from must be us. Pure. */
#ifndef SERVE_GUARD_H
#define SERVE_GUARD_H

#include <stdbool.h>

#define GUARD_SECRET 65 /* 64 hexadecimal digits and a NUL */

struct guard {
	unsigned port;
	bool remote; /* other machines may connect: any numeric address may be ours */
	char token[GUARD_SECRET];
	char cookie[GUARD_SECRET]; /* another secret: browsers show it to all ports of the host */
};

/* In a time that tells nothing about how much of them is the same. */
bool guard_same(const char *secret, const char *text);
/* "127.0.0.1:8321", "localhost:8321", "[::1]:8321", with our port. host may be NULL. */
bool guard_host(const struct guard *guard, const char *host);
/* What a browser says of where a request comes from; each is NULL when it does not. host has passed
 * guard_host(). */
bool guard_origin(const char *origin, const char *fetch_site, const char *host);
/* Each header NULL when there is none. */
bool guard_knows(const struct guard *guard, const char *authorization, const char *cookies);
/* The name of the cookie, which says the port: servers on one host share its cookies. */
const char *guard_cookie_name(const struct guard *guard, char *buf, unsigned long n);

#endif
