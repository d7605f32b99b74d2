/* Downloads by libcurl: one file, its SHA-256 taken while it is written, and no more trust in the
 * server than needed. Proxies by the usual variables (https_proxy, no_proxy, ...), certificates by
 * the system's store or the file that CURL_CA_BUNDLE or SSL_CERT_FILE names. */
#ifndef EXT_HTTP_H
#define EXT_HTTP_H

#include "base/err.h"
#include "ext/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct http_request {
	const char *url;
	/* Where the bytes go. What is there from an earlier attempt is gone on with when the server
	 * says that it still has the same file (path.tag holds its mark); and left there when this
	 * one fails half-way. */
	const char *path;
	uint64_t max;       /* bytes; more is refused as soon as it is known */
	bool allow_http;    /* not only https */
	unsigned tries;     /* when the network or the server fails; 0: 5 */
	unsigned pause_ms;  /* before the second try, doubled each time; 0: 500 */
	unsigned connect_s; /* for a connection to come about; 0: 20 */
	unsigned stall_s;   /* so long below 1 kB/s is a failure; 0: 30 */
};

/* Downloads the file, all of it and durable, under the name `path`. ERR_SOURCE: an address that is
 * refused, a server that does not have it, sends too much or cannot be believed (certificates are
 * always verified); ERR_STOPPED. A redirect leads from https to https only, five times at most, and
 * from a public address to no private one. */
int http_download(const struct http_request *request, char hex[DIGEST_HEX], uint64_t *ret_size,
	struct err *err);

/* Whether it is an address that would be downloaded from: the scheme, and no user name or password
 * in it, since addresses are printed and stored. */
int http_check_url(const char *url, bool allow_http, struct err *err);
/* Whether an IP address in numbers is one of a private or local network. */
bool http_is_private(const char *ip);

#endif
