/* A dashboard over a store: pages and the same as JSON, read-only. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "base/err.h"
#include "core/gate.h"
#include "core/grid.h"

#include <stdbool.h>
#include <stddef.h>

#define SERVE_PORT 8321

struct serve_options {
	const char *store;   /* directory */
	const char *cache;   /* of builds */
	const char *project; /* or NULL */
	/* A folder of profiles (format/profiles.h), looked at for each answer that is made; or
	 * NULL. */
	const char *profiles;
	const char *host; /* numeric address; NULL: both of loopback */
	unsigned port;    /* 0: any that is free */
	/* What comparisons are judged by, as `diff` is told by the configuration. */
	const struct gate *gates;
	size_t n_gates;
	double beta;
	bool two_sided;
};

struct serve;
/* Listens, and answers nobody yet. What the options point to must outlive it. Errors as those of
 * httpd_open(). */
int serve_open(const struct serve_options *options, struct serve **ret, struct err *err);
/* The address to open, the token in it. */
const char *serve_url(const struct serve *serve);
/* Answers until there is a wish to stop (sys/stop.h). A store that is gone, locked or unreadable
 * meanwhile is told to those who ask. */
int serve_run(struct serve *serve, struct err *err);
void serve_close(struct serve *serve); /* takes NULL */

/* Whether the address is one of this machine alone. */
bool serve_is_loopback(const char *host);

#endif
