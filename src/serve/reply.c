/* Answers. Every one of them says what browsers may do with it: nothing but show it. */
#include "serve_priv.h"

#include "page.h"

#include <string.h>

/* Nothing but our own files, no script or style within a page, in no frame, from no other site.
 * What draws charts places its texts by attributes of style: a page with charts may have these
 * (they run nothing and load nothing), and still neither scripts nor style sheets within it. */
#define POLICY                                                                                     \
	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; "    \
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "               \
	"frame-ancestors 'none'"
#define POLICY_CHARTS POLICY "; style-src-attr 'unsafe-inline'"
#define HEADERS_MAX 20

struct headers {
	struct httpd_header v[HEADERS_MAX];
	size_t n;
};

static void
add(struct headers *headers, const char *name, const char *value)
{
	if (value && headers->n + 1 < HEADERS_MAX)
		headers->v[headers->n++] = (struct httpd_header){name, value};
}

struct httpd_reply *
reply_new(unsigned status, struct str *body, const struct reply_extra *e)
{
	struct headers h = {0};

	add(&h, "Content-Type", e->type);
	add(&h, "Content-Security-Policy", e->charts ? POLICY_CHARTS : POLICY);
	add(&h, "X-Content-Type-Options", "nosniff");
	add(&h, "X-Frame-Options", "DENY");
	add(&h, "Referrer-Policy", "no-referrer");
	add(&h, "Cross-Origin-Resource-Policy", "same-origin");
	add(&h, "Cross-Origin-Opener-Policy", "same-origin");
	add(&h, "Cache-Control", e->tag ? "private, no-cache" : "no-store");
	add(&h, "ETag", e->tag);
	add(&h, "Location", e->location);
	add(&h, "Set-Cookie", e->cookie);
	add(&h, "Allow", e->allow ? "GET, HEAD" : NULL);
	add(&h, "WWW-Authenticate", status == 401 ? "Bearer realm=\"revsweep\"" : NULL);
	add(&h, "Retry-After", status == 503 ? "2" : NULL);
	size_t n = body->n;
	return httpd_reply_new(status, str_detach(body), n, h.v);
}

static const char *
title_of(unsigned status)
{
	switch (status) {
	case 401:
		return "Who are you?";
	case 403:
	case 421:
		return "Not from there";
	case 404:
		return "Not found";
	case 405:
		return "Only for reading";
	case 503:
		return "Not now";
	default:
		return status < 500 ? "Not understood" : "Something went wrong";
	}
}

static void
error_json(unsigned status, const char *text, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	jsonw_open(&w, "error", '{');
	jsonw_int(&w, "status", status);
	jsonw_text(&w, "text", text);
	jsonw_close(&w, '}');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

static void
error_page(unsigned status, const char *text, struct str *out)
{
	struct page page = {.out = out};

	page_begin(&page, title_of(status));
	page_element(&page, "p", "error", text);
	page_end(&page);
}

struct httpd_reply *
reply_error(unsigned status, bool json, const char *text)
{
	scoped(str) body = STR_INIT;
	struct reply_extra extra = {
		.type = json ? "application/json" : "text/html; charset=utf-8",
		.allow = status == 405,
	};

	if (json)
		error_json(status, text, &body);
	else
		error_page(status, text, &body);
	return reply_new(status, &body, &extra);
}

struct httpd_reply *
reply_redirect(const char *location, const char *cookie)
{
	struct str nothing = STR_INIT;

	return reply_new(
		303, &nothing, &(struct reply_extra){.location = location, .cookie = cookie});
}

struct httpd_reply *
reply_not_modified(const char *tag)
{
	struct str nothing = STR_INIT;

	return reply_new(304, &nothing, &(struct reply_extra){.tag = tag});
}
