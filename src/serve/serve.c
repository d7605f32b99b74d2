/* From a request to an answer: is it one, may they ask, what do they ask for, is it at hand. */
#include "serve_priv.h"

#include "ext/digest.h"
#include "sys/entropy.h"
#include "sys/fs.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define CACHE_BYTES ((size_t)32 << 20)
#define REMOTE_CONNECTIONS 128 /* of one address, when others than this machine may connect */
#define TOKEN "token"

struct serve {
	struct serve_options options;
	struct guard guard;
	struct httpd *httpd;
	struct cache *cache;
	struct readers *readers;
	char *url;
};

bool
serve_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* ---- what is wrong with a request */

struct trouble {
	unsigned status; /* 0: none */
	const char *text;
};

/* A request of ours is a line and some headers, each once. */
static struct trouble
check_form(const struct httpd_request *request)
{
	const char *method = httpd_method(request), *host;

	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return (struct trouble){405, "this server only shows: it answers GET and HEAD"};
	if (httpd_has_body(request))
		return (struct trouble){413, "a request has no body here"};
	if (!httpd_target(request))
		return (struct trouble){400, "no page has such an address"};
	if (strlen(httpd_target(request)) > TARGET_MAX)
		return (struct trouble){414, "no address is that long"};
	if (httpd_header(request, "Host", &host) > 1)
		return (struct trouble){400, "a request names one host"};
	return (struct trouble){0, NULL};
}

static struct trouble
check_where_from(const struct serve *serve, const struct httpd_request *request)
{
	const char *host, *origin, *site;

	httpd_header(request, "Host", &host);
	httpd_header(request, "Sec-Fetch-Site", &site);
	size_t origins = httpd_header(request, "Origin", &origin);
	if (!guard_host(&serve->guard, host))
		return (struct trouble){421, "this server is known by the numeric address and the "
					     "port that 'revsweep serve' printed, or as localhost"};
	if (origins > 1 || !guard_origin(origin, site, host))
		return (struct trouble){403,
			"another site's page asked for this in your name: open "
			"the address yourself"};
	return (struct trouble){0, NULL};
}

static bool
is_known(const struct serve *serve, const struct httpd_request *request)
{
	const char *authorization, *cookies;

	if (httpd_header(request, "Authorization", &authorization) > 1)
		return false;
	if (httpd_header(request, "Cookie", &cookies) > 1)
		return false;
	return guard_knows(&serve->guard, authorization, cookies);
}

/* ---- a token in an address becomes a cookie */

/* The same address without it. */
static void
add_rest(const struct target *target, struct str *out)
{
	bool first = true;

	str_add(out, target->path);
	for (size_t i = 0; i < target->n_params; i++) {
		if (strcmp(target->params[i].name, TOKEN) == 0)
			continue;
		str_addf(out, "%c%s=", first ? '?' : '&', target->params[i].name);
		target_encode(out, target->params[i].value);
		first = false;
	}
}

static struct httpd_reply *
exchange(const struct serve *serve, const struct target *target)
{
	scoped(str) location = STR_INIT;
	scoped(str) cookie = STR_INIT;
	char name[32];

	add_rest(target, &location);
	str_addf(&cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict",
		guard_cookie_name(&serve->guard, name, sizeof(name)), serve->guard.cookie);
	return reply_redirect(location.p, cookie.p);
}

/* ---- what is asked for */

static struct httpd_reply *
from_cache(const struct serve *serve, const struct visit *visit)
{
	struct cached cached;

	if (!cache_find(serve->cache, visit->key, &cached))
		return NULL;
	if (!readers_trust(serve->readers, visit->route, &cached)) {
		httpd_reply_unref(cached.reply);
		return NULL;
	}
	if (!tag_matches(cached.tag, visit->if_none))
		return cached.reply;
	httpd_reply_unref(cached.reply);
	return reply_not_modified(cached.tag);
}

/* NULL: the readers will answer. */
static struct httpd_reply *
give(const struct serve *serve, struct visit *visit)
{
	struct err err = ERR_INIT;
	const char *if_none;

	visit->route = route_find(visit->target.path, visit->number);
	if (!visit->route)
		return reply_error(404, visit->json, "no page has such an address");
	if (route_check_params(visit->route, &visit->target, &err) < 0)
		return reply_error(400, visit->json, err.text);
	if (httpd_header(visit->request, "If-None-Match", &if_none))
		visit->if_none = xstrdup(if_none);
	struct httpd_reply *reply = from_cache(serve, visit);
	if (reply || readers_take(serve->readers, visit))
		return reply;
	return reply_error(503, visit->json, "too much is asked for at once: try again");
}

static struct httpd_reply *
let_in(const struct serve *serve, struct visit *visit)
{
	const char *token = target_param(&visit->target, TOKEN);

	if (token && !visit->json && guard_same(serve->guard.token, token))
		return exchange(serve, &visit->target);
	if (!token && is_known(serve, visit->request))
		return give(serve, visit);
	return reply_error(401, visit->json,
		"open the address that 'revsweep serve' printed when it started, with its token; "
		"programs send it as 'Authorization: Bearer TOKEN'");
}

static void
handle(struct httpd_request *request, void *arg)
{
	const struct serve *serve = arg;
	const char *text = httpd_target(request);
	struct visit *visit = xcalloc(1, sizeof(*visit));
	struct trouble trouble = check_form(request);
	struct httpd_reply *reply = NULL;
	struct err err = ERR_INIT;

	visit->request = request;
	visit->json = text && str_starts(text, "/api/");
	if (!trouble.status)
		trouble = check_where_from(serve, request);
	if (trouble.status) {
		reply = reply_error(trouble.status, visit->json, trouble.text);
	} else if (target_parse(text, &visit->arena, &visit->target, &err) < 0) {
		reply = reply_error(400, visit->json, err.text);
	} else {
		visit->key = xstrdup(text);
		reply = let_in(serve, visit);
	}
	if (!reply)
		return; /* somebody else has the visit, and may have answered by now */
	visit_free(visit);
	httpd_answer(request, reply);
}

/* ---- from start to end */

static int
draw_secret(char ret[GUARD_SECRET], struct err *err)
{
	unsigned char bytes[(GUARD_SECRET - 1) / 2];

	if (entropy_read(bytes, sizeof(bytes), err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static int
open_httpd(struct serve *serve, struct err *err)
{
	static const char *const loopback[] = {"127.0.0.1", "::1", NULL};
	const char *const given[] = {serve->options.host, NULL};
	bool remote = serve->options.host && !serve_is_loopback(serve->options.host);
	struct httpd_options options = {
		.addresses = serve->options.host ? given : loopback,
		.port = serve->options.port,
		.per_address = remote ? REMOTE_CONNECTIONS : 0,
		.handle = handle,
		.arg = serve,
	};

	if (httpd_open(&options, &serve->httpd, err) < 0)
		return -1;
	serve->guard.remote = remote;
	serve->guard.port = httpd_port(serve->httpd);
	return 0;
}

int
serve_open(const struct serve_options *options, struct serve **ret, struct err *err)
{
	struct serve *serve = xcalloc(1, sizeof(*serve));
	const char *host = options->host ? options->host : "127.0.0.1";
	bool v6 = strchr(host, ':');

	serve->options = *options;
	if (draw_secret(serve->guard.token, err) < 0 || draw_secret(serve->guard.cookie, err) < 0 ||
		open_httpd(serve, err) < 0) {
		serve_close(serve);
		return -1;
	}
	serve->cache = cache_new(CACHE_BYTES);
	serve->readers = readers_new(&serve->options, serve->cache);
	serve->url = xasprintf("http://%s%s%s:%u/?" TOKEN "=%s", v6 ? "[" : "", host, v6 ? "]" : "",
		serve->guard.port, serve->guard.token);
	*ret = serve;
	return 0;
}

const char *
serve_url(const struct serve *serve)
{
	return serve->url;
}

int
serve_run(struct serve *serve, struct err *err)
{
	if (readers_start(serve->readers, err) < 0)
		return -1;
	return httpd_run(serve->httpd, err);
}

/* First those who may still owe an answer, then the server, whose answers the cache may share. */
void
serve_close(struct serve *serve)
{
	if (!serve)
		return;
	readers_end(serve->readers);
	httpd_close(serve->httpd);
	readers_free(serve->readers);
	cache_free(serve->cache);
	free(serve->url);
	free(serve);
}
