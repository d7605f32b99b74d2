#include "serve/guard.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define BEARER "Bearer "
#define HTTP "http://"

bool
guard_same(const char *secret, const char *text)
{
	size_t n = strlen(secret), len = strlen(text);
	volatile unsigned char differ = n != len;

	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(secret[i] ^ text[len ? i % len : 0]);
	return !differ;
}

static bool
is_numeric(const char *name)
{
	struct in6_addr address;
	char inner[INET6_ADDRSTRLEN];
	size_t n = strlen(name);

	if (inet_pton(AF_INET, name, &address) == 1)
		return true;
	if (n < 3 || n - 2 >= sizeof(inner) || name[0] != '[' || name[n - 1] != ']')
		return false;
	snprintf(inner, sizeof(inner), "%.*s", (int)(n - 2), name + 1);
	return inet_pton(AF_INET6, inner, &address) == 1;
}

static bool
is_our_name(const struct guard *guard, const char *name)
{
	return strcmp(name, "127.0.0.1") == 0 || strcmp(name, "[::1]") == 0 ||
	       strcasecmp(name, "localhost") == 0 || (guard->remote && is_numeric(name));
}

bool
guard_host(const struct guard *guard, const char *host)
{
	const char *colon = host ? strrchr(host, ':') : NULL;
	bool bare = !colon || str_ends(host, "]"); /* without a port */
	char name[64], port[16];

	if (!host || strlen(host) >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", bare ? (int)strlen(host) : (int)(colon - host), host);
	snprintf(port, sizeof(port), "%u", guard->port);
	if (!is_our_name(guard, name))
		return false;
	return bare ? guard->port == 80 : strcmp(colon + 1, port) == 0;
}

bool
guard_origin(const char *origin, const char *fetch_site, const char *host)
{
	if (fetch_site && strcmp(fetch_site, "same-origin") != 0 && strcmp(fetch_site, "none") != 0)
		return false;
	return !origin ||
	       (str_starts(origin, HTTP) && strcasecmp(origin + sizeof(HTTP) - 1, host) == 0);
}

const char *
guard_cookie_name(const struct guard *guard, char *buf, unsigned long n)
{
	snprintf(buf, n, "revsweep_%u", guard->port);
	return buf;
}

/* "a=1; revsweep_8321=...; b=2" */
static bool
has_cookie(const struct guard *guard, const char *cookies)
{
	char name[32], value[GUARD_SECRET];
	bool known = false;

	guard_cookie_name(guard, name, sizeof(name));
	while (*cookies) {
		size_t n = strcspn(cookies, ";"), len = strlen(name);

		if (n > len && n - len - 1 < sizeof(value) && strncmp(cookies, name, len) == 0 &&
			cookies[len] == '=') {
			snprintf(value, sizeof(value), "%.*s", (int)(n - len - 1),
				cookies + len + 1);
			known |= guard_same(guard->cookie, value);
		}
		cookies += n + (cookies[n] == ';');
		cookies += strspn(cookies, " ");
	}
	return known;
}

bool
guard_knows(const struct guard *guard, const char *authorization, const char *cookies)
{
	size_t scheme = sizeof(BEARER) - 1;
	bool bearer = authorization && strncasecmp(authorization, BEARER, scheme) == 0 &&
		      guard_same(guard->token, authorization + scheme);

	return bearer || (cookies && has_cookie(guard, cookies));
}
