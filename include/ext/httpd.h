/* HTTP/1.1 for answers that are made here, by libmicrohttpd: who may connect, for how long, and
 * how an answer gets back to whoever asked. What is asked, and whether it may be, is the caller's.
 *
 * One thread talks to all connections and never waits for anybody. Whoever takes long to ask is
 * closed; when there are as many connections as there can be, it is the one that has kept us
 * waiting longest. So those who ask at once are always heard. Bodies of requests are never read. */
#ifndef EXT_HTTPD_H
#define EXT_HTTPD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define HTTPD_CONNECTIONS 512
#define HTTPD_HEAD_MAX 16384 /* bytes of a request's head, about */
#define HTTPD_ASK_S 10       /* for the head of a request to arrive, and between two */
#define HTTPD_ANSWER_S 60    /* for an answer to be made and taken */

/* ---- answers: made once, given as often as one likes, from any thread */

struct httpd_reply;
struct httpd_header {
	const char *name, *value; /* NULL name ends a list */
};
/* Takes over the body, which was allocated. With one reference, which is the caller's. */
struct httpd_reply *httpd_reply_new(
	unsigned status, char *body, size_t n, const struct httpd_header *headers);
struct httpd_reply *httpd_reply_ref(struct httpd_reply *reply);
void httpd_reply_unref(struct httpd_reply *reply); /* takes NULL */

/* ---- requests */

struct httpd_request;
const char *httpd_method(const struct httpd_request *request);
/* As it was sent, from "/" on; NULL when it holds a NUL byte. */
const char *httpd_target(const struct httpd_request *request);
/* It has a body, or says that one comes. */
bool httpd_has_body(const struct httpd_request *request);
/* The first header of that name through ret (NULL when there is none); how many there are. */
size_t httpd_header(const struct httpd_request *request, const char *name, const char **ret);
/* For the caller; NULL at first. What it points to is the caller's to free, before it answers. */
void *httpd_note(const struct httpd_request *request);
void httpd_set_note(struct httpd_request *request, void *note);

/* Takes over the reply. Once for each request, in the handler or, after httpd_defer(), from any
 * thread; the request is gone then. HEAD gets the same answer without its body. */
void httpd_answer(struct httpd_request *request, struct httpd_reply *reply);
/* In the handler: the answer comes later. The handler must not look at the request again once
 * somebody else may answer it. */
void httpd_defer(struct httpd_request *request);

/* ---- the server */

struct httpd;
struct httpd_options {
	const char *const *addresses; /* numeric, NULL-terminated; those of a family that this
					 machine lacks are left out, as long as one remains */
	unsigned port;                /* 0: any that is free */
	unsigned per_address;         /* connections; 0: as many as there can be */
	/* In the server's thread: must not wait. */
	void (*handle)(struct httpd_request *request, void *arg);
	void *arg;
};
/* Nobody is answered yet. ERR_ENVIRONMENT when the port is taken or not allowed to us, or there is
 * no such address. */
int httpd_open(const struct httpd_options *options, struct httpd **ret, struct err *err);
unsigned httpd_port(const struct httpd *httpd);
/* Answers until there is a wish to stop (sys/stop.h). */
int httpd_run(struct httpd *httpd, struct err *err);
/* Every deferred request must have been answered. Takes NULL. */
void httpd_close(struct httpd *httpd);

#endif
