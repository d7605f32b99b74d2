/* The only file that knows libmicrohttpd. */
#include "ext/httpd.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/listen.h"
#include "sys/stop.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPT_MOST 512 /* before somebody else has a turn */
#define LOOK_MS 1000    /* between looks at those who take long */
#define END_MS 1000     /* for answers to be taken at the end */
#define NAP_MS 10
#define SPARE 512               /* connections on their way from one thread to the other, or out */
#define MEMORY 32768            /* for a connection: the heads of request and answer */
#define SEND_BUFFER (128 << 10) /* what the kernel holds for somebody who does not take it */

/* A connection, from when it is known to the server's thread until it is closed. */
struct link {
	struct link *prev, *next; /* by since, oldest first */
	int fd;
	bool answering; /* otherwise we wait for a request */
	int64_t since_ns;
};

struct httpd {
	struct MHD_Daemon *daemon;
	struct httpd_options options;
	struct listeners listeners;
	pthread_mutex_t lock; /* of all that follows: no descriptor is closed while it is held */
	struct link links;    /* the head of a ring */
	size_t n_links;
};

struct httpd_reply {
	atomic_uint refs;
	unsigned status;
	struct MHD_Response *response;
};

struct httpd_request {
	struct httpd *httpd;
	struct MHD_Connection *connection;
	char *target; /* or NULL */
	const char *method;
	bool whole;    /* the target had no NUL byte */
	bool seen;     /* we have its head */
	bool handled;  /* so has the handler */
	bool deferred; /* by it; written by the server's thread alone */
	struct httpd_reply *reply;
	void *note;
};

/* ---- answers */

struct httpd_reply *
httpd_reply_new(unsigned status, char *body, size_t n, const struct httpd_header *headers)
{
	struct httpd_reply *reply = xcalloc(1, sizeof(*reply));

	atomic_init(&reply->refs, 1);
	reply->status = status;
	reply->response = MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE);
	if (!reply->response)
		abort(); /* out of memory, as in xmalloc() */
	for (; headers && headers->name; headers++) {
		enum MHD_Result good =
			MHD_add_response_header(reply->response, headers->name, headers->value);
		assert(good == MHD_YES); /* it holds a newline: a defect */
		(void)good;
	}
	return reply;
}

struct httpd_reply *
httpd_reply_ref(struct httpd_reply *reply)
{
	atomic_fetch_add(&reply->refs, 1);
	return reply;
}

void
httpd_reply_unref(struct httpd_reply *reply)
{
	if (!reply || atomic_fetch_sub(&reply->refs, 1) != 1)
		return;
	MHD_destroy_response(reply->response);
	free(reply);
}

/* ---- requests */

const char *
httpd_method(const struct httpd_request *request)
{
	return request->method;
}

const char *
httpd_target(const struct httpd_request *request)
{
	return request->whole ? request->target : NULL;
}

struct wanted_header {
	const char *name, *value;
	size_t n;
};

static enum MHD_Result
see_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct wanted_header *wanted = arg;

	(void)kind;
	if (strcasecmp(name, wanted->name) != 0)
		return MHD_YES;
	if (wanted->n++ == 0)
		wanted->value = value ? value : "";
	return MHD_YES;
}

size_t
httpd_header(const struct httpd_request *request, const char *name, const char **ret)
{
	struct wanted_header wanted = {.name = name};

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, see_header, &wanted);
	*ret = wanted.value;
	return wanted.n;
}

bool
httpd_has_body(const struct httpd_request *request)
{
	const char *length, *coding;

	httpd_header(request, "Content-Length", &length);
	httpd_header(request, "Transfer-Encoding", &coding);
	return coding || (length && strcmp(length, "0") != 0);
}

void *
httpd_note(const struct httpd_request *request)
{
	return request->note;
}

void
httpd_set_note(struct httpd_request *request, void *note)
{
	request->note = note;
}

void
httpd_defer(struct httpd_request *request)
{
	request->deferred = true;
	MHD_suspend_connection(request->connection);
}

void
httpd_answer(struct httpd_request *request, struct httpd_reply *reply)
{
	request->reply = reply;
	if (request->deferred)
		MHD_resume_connection(request->connection);
}

/* ---- connections */

static void
unchain(struct link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
}

static void
chain_last(struct httpd *httpd, struct link *link, bool answering)
{
	link->answering = answering;
	link->since_ns = clock_monotonic_ns();
	link->prev = httpd->links.prev;
	link->next = &httpd->links;
	link->prev->next = link;
	httpd->links.prev = link;
}

static void
note_phase(struct httpd *httpd, struct MHD_Connection *connection, bool answering)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct link *link = info ? info->socket_context : NULL;

	if (!link)
		return;
	pthread_mutex_lock(&httpd->lock);
	unchain(link);
	chain_last(httpd, link, answering);
	pthread_mutex_unlock(&httpd->lock);
}

static void
on_connection(void *arg, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	struct httpd *httpd = arg;
	struct link *link = *context;

	pthread_mutex_lock(&httpd->lock);
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		link = xcalloc(1, sizeof(*link));
		link->fd = info->connect_fd;
		chain_last(httpd, link, false);
		httpd->n_links++;
		*context = link;
	} else if (link) {
		/* The descriptor is closed after this. */
		unchain(link);
		httpd->n_links--;
		free(link);
		*context = NULL;
	}
	pthread_mutex_unlock(&httpd->lock);
}

/* The server's thread reads the end of it, and closes. */
static void
hang_up(struct httpd *httpd, struct link *link)
{
	shutdown(link->fd, SHUT_RDWR);
	unchain(link);
	chain_last(httpd, link, link->answering);
}

/* The one that has kept us waiting longest; of those that are being answered only when there are no
 * others. Under the lock. */
static void
shed_one(struct httpd *httpd)
{
	struct link *link = httpd->links.next;

	while (link != &httpd->links && link->answering)
		link = link->next;
	if (link == &httpd->links)
		link = httpd->links.next;
	if (link != &httpd->links)
		hang_up(httpd, link);
}

static void
shed_slow(struct httpd *httpd)
{
	int64_t now = clock_monotonic_ns();

	pthread_mutex_lock(&httpd->lock);
	for (struct link *link = httpd->links.next, *next; link != &httpd->links; link = next) {
		int64_t most_s = link->answering ? HTTPD_ANSWER_S : HTTPD_ASK_S;

		next = link->next;
		if (now - link->since_ns < HTTPD_ASK_S * INT64_C(1000000000))
			break;
		if (now - link->since_ns >= most_s * INT64_C(1000000000))
			hang_up(httpd, link);
	}
	pthread_mutex_unlock(&httpd->lock);
}

/* ---- what libmicrohttpd calls, in the server's thread */

static void *
on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct httpd_request *request = xcalloc(1, sizeof(*request));

	request->httpd = arg;
	request->connection = connection;
	request->target = target ? xstrdup(target) : NULL;
	return request;
}

/* What stands behind a % is our business. */
static size_t
leave_escaped(void *arg, struct MHD_Connection *connection, char *text)
{
	(void)arg;
	(void)connection;
	return strlen(text);
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **context)
{
	struct httpd *httpd = arg;
	struct httpd_request *request = *context;

	(void)data;
	*size = 0;
	if (!request->seen) {
		request->seen = true;
		request->method = method;
		/* The version stands behind the target, in the line that both came in. */
		request->whole =
			request->target && url && version == url + strlen(request->target) + 1;
		note_phase(httpd, connection, true);
		/* An answer at this first call ends the connection: right for those who would send
		 * more. */
		if (!httpd_has_body(request))
			return MHD_YES;
	}
	if (!request->handled) {
		request->handled = true;
		httpd->options.handle(request, httpd->options.arg);
		if (request->deferred)
			return MHD_YES; /* and who knows where it is by now */
	}
	if (!request->reply)
		return MHD_NO;
	return MHD_queue_response(connection, request->reply->status, request->reply->response);
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **context,
	enum MHD_RequestTerminationCode how)
{
	struct httpd_request *request = *context;

	(void)how;
	note_phase(arg, connection, false);
	if (!request)
		return;
	httpd_reply_unref(request->reply);
	free(request->target);
	free(request);
	*context = NULL;
}

/* ---- from start to end */

/* There may be more connections than a process has descriptors by default. */
static void
want_descriptors(void)
{
	struct rlimit limit;
	rlim_t want = 2 * (HTTPD_CONNECTIONS + SPARE);

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want)
		return;
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* otherwise some more are shed */
}

static int
start(struct httpd *httpd, struct err *err)
{
	httpd->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET |
						 MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME,
		0, NULL, NULL, on_request, httpd, MHD_OPTION_URI_LOG_CALLBACK, on_target, httpd,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, httpd, MHD_OPTION_NOTIFY_CONNECTION, on_connection, httpd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)(HTTPD_CONNECTIONS + SPARE),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, httpd->options.per_address,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (httpd->daemon)
		return 0;
	return err_sys(err, ERR_ENVIRONMENT, "cannot start the server");
}

int
httpd_open(const struct httpd_options *options, struct httpd **ret, struct err *err)
{
	struct httpd *httpd = xcalloc(1, sizeof(*httpd));

	httpd->options = *options;
	httpd->links.next = httpd->links.prev = &httpd->links;
	pthread_mutex_init(&httpd->lock, NULL);
	if (listen_open(options->addresses, options->port, &httpd->listeners, err) < 0) {
		httpd_close(httpd);
		return -1;
	}
	*ret = httpd;
	return 0;
}

unsigned
httpd_port(const struct httpd *httpd)
{
	return httpd->listeners.port;
}

static bool
is_answering(struct httpd *httpd)
{
	bool any = false;

	pthread_mutex_lock(&httpd->lock);
	for (struct link *link = httpd->links.next; link != &httpd->links; link = link->next)
		any |= link->answering;
	pthread_mutex_unlock(&httpd->lock);
	return any;
}

/* What was answered is still to be taken. */
static void
wait_for_answers(struct httpd *httpd)
{
	for (unsigned i = 0; is_answering(httpd) && i < END_MS / NAP_MS; i++)
		poll(NULL, 0, NAP_MS);
}

void
httpd_close(struct httpd *httpd)
{
	if (!httpd)
		return;
	listen_close(&httpd->listeners);
	if (httpd->daemon) {
		wait_for_answers(httpd);
		MHD_stop_daemon(httpd->daemon);
	}
	pthread_mutex_destroy(&httpd->lock);
	free(httpd);
}

/* ---- accepting */

static void
make_room(struct httpd *httpd)
{
	pthread_mutex_lock(&httpd->lock);
	if (httpd->n_links >= HTTPD_CONNECTIONS)
		shed_one(httpd);
	pthread_mutex_unlock(&httpd->lock);
}

/* Out of descriptors: one is given up, and those who knock wait until it is closed. */
static void
wait_for_room(struct httpd *httpd)
{
	pthread_mutex_lock(&httpd->lock);
	shed_one(httpd);
	pthread_mutex_unlock(&httpd->lock);
	poll(NULL, 0, NAP_MS);
}

static void
accept_all(struct httpd *httpd, int listener)
{
	static const int buffer = SEND_BUFFER, on = 1;

	for (unsigned i = 0; i < ACCEPT_MOST; i++) {
		struct sockaddr_storage from;
		struct sockaddr *address = (struct sockaddr *)&from;
		socklen_t n = sizeof(from);
		int fd = accept4(listener, address, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
			wait_for_room(httpd);
		if (fd < 0)
			return;
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		make_room(httpd);
		/* Closes it when it cannot take it. */
		(void)MHD_add_connection(httpd->daemon, fd, address, n);
	}
}

static bool
is_idle(struct httpd *httpd)
{
	pthread_mutex_lock(&httpd->lock);
	bool idle = httpd->n_links == 0;
	pthread_mutex_unlock(&httpd->lock);
	return idle;
}

int
httpd_run(struct httpd *httpd, struct err *err)
{
	struct pollfd fds[LISTEN_MAX + 1];
	size_t n = httpd->listeners.n;
	bool came = false;

	want_descriptors();
	if (start(httpd, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){.fd = httpd->listeners.fds[i], .events = POLLIN};
	fds[n] = (struct pollfd){.fd = stop_fd(), .events = POLLIN};
	while (!stop_requested()) {
		int timeout = came || !is_idle(httpd) ? LOOK_MS : -1;

		if (poll(fds, n + 1, timeout) < 0 && errno != EINTR)
			return err_sys(err, ERR_RESOURCES, "cannot wait for connections");
		came = false;
		for (size_t i = 0; i < n; i++) {
			if (!(fds[i].revents & POLLIN))
				continue;
			accept_all(httpd, fds[i].fd);
			came = true;
		}
		shed_slow(httpd);
	}
	return 0;
}
