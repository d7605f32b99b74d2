/* The only file that knows libcurl. */
#include "ext/http.h"

#include "base/format.h"
#include "base/str.h"
#include "sys/fs.h"
#include "sys/stop.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 5
#define PAUSE_MS 500
#define PAUSE_MAX_MS 30000
#define CONNECT_S 20
#define STALL_S 30
#define STALL_BYTES_S 1000
#define REDIRECTS_MAX 5
#define HEADERS_MAX ((size_t)256 << 10)
#define TAG_MAX 1000

struct download {
	const struct http_request *request;
	CURL *curl;
	char *tag_path;
	char *tag; /* the server's mark of the file whose beginning we have, or NULL */
	int fd;
	struct digest *digest; /* of the bytes in fd */
	uint64_t have;         /* of them */
	/* about the answer that comes in */
	bool begun; /* its body */
	size_t headers;
	char *etag, *modified;
	uint64_t range_start;
	bool has_range;
	/* about its way here */
	bool public_hop;
	char why[CURL_ERROR_SIZE];
	struct err err; /* what we stopped it for */
};

/* ---- the file ---- */

static void
forget_tag(struct download *d)
{
	free(d->tag);
	d->tag = NULL;
	unlink(d->tag_path);
}

/* What was had is worth nothing. */
static int
start_anew(struct download *d, struct err *err)
{
	char unused[DIGEST_HEX];

	digest_finish(d->digest, unused);
	d->digest = digest_new();
	d->have = 0;
	forget_tag(d);
	if (ftruncate(d->fd, 0) < 0 || lseek(d->fd, 0, SEEK_SET) < 0)
		return err_sys(err, ERR_STORE, "cannot empty '%s'", d->request->path);
	return 0;
}

/* Goes on from an earlier attempt when its mark is there. */
static int
open_file(struct download *d, struct err *err)
{
	scoped(str) tag = STR_INIT;
	struct err ignored = ERR_INIT;
	char buf[1 << 16];
	ssize_t n;

	d->digest = digest_new();
	d->fd = open(d->request->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (d->fd < 0)
		return err_sys(err, ERR_STORE, "cannot create '%s'", d->request->path);
	if (fs_read(d->tag_path, TAG_MAX, &tag, &ignored) < 0 || !tag.n)
		return start_anew(d, err);
	d->tag = str_detach(&tag);
	while ((n = read(d->fd, buf, sizeof(buf))) > 0) {
		digest_add(d->digest, buf, (size_t)n);
		d->have += (uint64_t)n;
	}
	return n < 0 ? err_sys(err, ERR_STORE, "cannot read '%s'", d->request->path) : 0;
}

static int
put(struct download *d, const char *data, size_t n)
{
	digest_add(d->digest, data, n);
	d->have += n;
	while (n) {
		ssize_t k = write(d->fd, data, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_sys(&d->err, ERR_STORE, "cannot write '%s'", d->request->path);
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

/* ---- an answer ---- */

static int
refuse_size(struct download *d, uint64_t size)
{
	char is[32], may[32];

	return err_set(&d->err, ERR_SOURCE,
		"it has %s or more, and at most %s are downloaded ('source: {max_download: SIZE}' "
		"in revsweep.yml allows more)",
		format_size((double)size, is, sizeof(is)),
		format_size((double)d->request->max, may, sizeof(may)));
}

/* A mark that says: the same bytes. A weak ETag does not. */
static const char *
strong_mark(const struct download *d)
{
	if (d->etag)
		return str_starts(d->etag, "W/") ? NULL : d->etag;
	return d->modified;
}

/* The whole file comes, from its beginning. */
static int
begin_whole(struct download *d)
{
	const char *mark = strong_mark(d);

	if (start_anew(d, &d->err) < 0)
		return -1;
	if (!mark)
		return 0;
	d->tag = xstrdup(mark);
	return fs_write_atomic(d->tag_path, mark, strlen(mark), &d->err);
}

static int
begin_body(struct download *d)
{
	curl_off_t length = -1;
	long status = 0;

	d->begun = true;
	curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(d->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (status == 206 && d->have && d->has_range && d->range_start == d->have) {
		const char *mark = strong_mark(d);

		/* Some servers do not look at If-Range. */
		if (mark && d->tag && strcmp(mark, d->tag) != 0) {
			forget_tag(d);
			return -1;
		}
	} else if (status == 200) {
		if (begin_whole(d) < 0)
			return -1;
	} else if (status == 206) {
		forget_tag(d);
		return -1;
	} else {
		return err_set(&d->err, ERR_SOURCE, "the server answers with status %ld", status);
	}
	if (length > 0 && (uint64_t)length > d->request->max - d->have)
		return refuse_size(d, d->have + (uint64_t)length);
	return 0;
}

static size_t
on_body(char *data, size_t one, size_t n, void *arg)
{
	struct download *d = arg;

	n *= one;
	if (!d->begun && begin_body(d) < 0)
		return 0;
	if (n > d->request->max - d->have) {
		refuse_size(d, d->have + n);
		return 0;
	}
	return put(d, data, n) < 0 ? 0 : n;
}

/* The value of a header of this name, or NULL. */
static char *
header_value(const char *line, size_t n, const char *name)
{
	size_t k = strlen(name);

	if (n <= k || line[k] != ':' || strncasecmp(line, name, k) != 0)
		return NULL;
	for (k++; k < n && (line[k] == ' ' || line[k] == '\t'); k++)
		;
	while (n > k && (unsigned char)line[n - 1] <= ' ')
		n--;
	return n > k && n - k < TAG_MAX ? xstrndup(line + k, n - k) : NULL;
}

static void
forget_headers(struct download *d)
{
	free(d->etag);
	free(d->modified);
	d->etag = d->modified = NULL;
	d->has_range = false;
}

static size_t
on_header(char *line, size_t one, size_t n, void *arg)
{
	struct download *d = arg;
	char *value;

	n *= one;
	d->headers += n;
	if (d->headers > HEADERS_MAX) {
		err_set(&d->err, ERR_SOURCE, "the server sends headers without end");
		return 0;
	}
	if (n > 5 && strncmp(line, "HTTP/", 5) == 0)
		forget_headers(d); /* of the answer that redirected us */
	if ((value = header_value(line, n, "ETag"))) {
		free(d->etag);
		d->etag = value;
	} else if ((value = header_value(line, n, "Last-Modified"))) {
		free(d->modified);
		d->modified = value;
	} else if ((value = header_value(line, n, "Content-Range"))) {
		unsigned long long start = 0;

		d->has_range = sscanf(value, "bytes %llu-", &start) == 1;
		d->range_start = start;
		free(value);
	}
	return n;
}

static int
on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t e)
{
	(void)arg;
	(void)a;
	(void)b;
	(void)c;
	(void)e;
	return stop_requested();
}

/* Before each request, once it is known whom it goes to. */
static int
on_connected(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct download *d = arg;

	(void)local_ip;
	(void)port;
	(void)local_port;
	if (!http_is_private(ip))
		d->public_hop = true;
	else if (d->public_hop) {
		err_set(&d->err, ERR_SOURCE,
			"a public server redirects into a private network (%s)", ip);
		return CURL_PREREQFUNC_ABORT;
	}
	return CURL_PREREQFUNC_OK;
}

/* ---- one try ---- */

static const char *
own_certificates(void)
{
	const char *file = getenv("CURL_CA_BUNDLE");

	if (!file || !*file)
		file = getenv("SSL_CERT_FILE");
	return file && *file ? file : NULL;
}

#define SET(option, value)                                                                         \
	do {                                                                                       \
		CURLcode set = curl_easy_setopt(d->curl, CURLOPT_##option, value);                 \
		if (set != CURLE_OK)                                                               \
			return err_set(err, ERR_INTERNAL, "libcurl: %s: %s", #option,              \
				curl_easy_strerror(set));                                          \
	} while (0)

static int
set_policy(struct download *d, struct err *err)
{
	const struct http_request *r = d->request;
	bool secure = str_starts(r->url, "https:");

	SET(PROTOCOLS_STR, r->allow_http ? "http,https" : "https");
	SET(REDIR_PROTOCOLS_STR, secure || !r->allow_http ? "https" : "http,https");
	SET(FOLLOWLOCATION, 1L);
	SET(MAXREDIRS, (long)REDIRECTS_MAX);
	SET(FAILONERROR, 1L);
	SET(SSL_VERIFYPEER, 1L);
	SET(SSL_VERIFYHOST, 2L);
	if (own_certificates())
		SET(CAINFO, own_certificates());
	SET(CONNECTTIMEOUT, (long)(r->connect_s ? r->connect_s : CONNECT_S));
	SET(LOW_SPEED_LIMIT, (long)STALL_BYTES_S);
	SET(LOW_SPEED_TIME, (long)(r->stall_s ? r->stall_s : STALL_S));
	SET(PREREQFUNCTION, on_connected);
	SET(PREREQDATA, d);
	return 0;
}

static int
set_up(struct download *d, struct curl_slist *headers, struct err *err)
{
	char range[32];

	SET(URL, d->request->url);
	SET(USERAGENT, "revsweep/" REVSWEEP_VERSION);
	SET(NOSIGNAL, 1L);
	SET(ERRORBUFFER, d->why);
	SET(WRITEFUNCTION, on_body);
	SET(WRITEDATA, d);
	SET(HEADERFUNCTION, on_header);
	SET(HEADERDATA, d);
	SET(NOPROGRESS, 0L);
	SET(XFERINFOFUNCTION, on_progress);
	if (headers) {
		snprintf(range, sizeof(range), "%llu-", (unsigned long long)d->have);
		SET(RANGE, range);
		SET(HTTPHEADER, headers);
	}
	return set_policy(d, err);
}

/* Why curl gave up, for people. */
static int
explain(struct download *d, CURLcode code, long status, struct err *err)
{
	const char *why = d->why[0] ? d->why : curl_easy_strerror(code);
	const char *at = NULL;

	if (d->err.kind != ERR_NONE) {
		*err = d->err;
		return -1;
	}
	curl_easy_getinfo(d->curl, CURLINFO_EFFECTIVE_URL, &at);
	if (stop_requested())
		return err_set(err, ERR_STOPPED, "stopped while downloading");
	if (code == CURLE_HTTP_RETURNED_ERROR)
		return err_set(err, ERR_SOURCE, "the server answers with status %ld%s", status,
			status == 404 || status == 410 ? " (there is no such file)" : "");
	if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return err_set(err, ERR_SOURCE,
			"it is redirected to '%.200s', which is less than what was asked for",
			at ? at : "");
	if (code == CURLE_TOO_MANY_REDIRECTS)
		return err_set(
			err, ERR_SOURCE, "it is redirected more than %d times", REDIRECTS_MAX);
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return err_set(err, ERR_SOURCE,
			"the server cannot prove who it is: %.300s (certificates of your own go "
			"into the file that CURL_CA_BUNDLE names)",
			why);
	return err_set(err, ERR_SOURCE, "cannot download: %.300s", why);
}

/* Whether the same may work a moment later. */
static bool
is_passing(const struct download *d, CURLcode code, long status)
{
	if (d->err.kind != ERR_NONE || stop_requested())
		return false;
	switch ((int)code) {
	case CURLE_HTTP_RETURNED_ERROR:
		/* 416: what we have is no beginning of what there is now. */
		return status == 408 || status == 429 || status == 416 ||
		       (status >= 500 && status != 501 && status != 505);
	case CURLE_WRITE_ERROR: /* and no error of ours: another part than was asked for */
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

/* 0: done, 1: may work later, after *ret_wait_ms. */
static int
try_once(struct download *d, unsigned *ret_wait_ms, struct err *err)
{
	struct curl_slist *headers = NULL;
	curl_off_t retry_after = 0;
	long status = 0;
	int r = 0;

	if ((!d->tag || d->have == 0) && start_anew(d, err) < 0)
		return -1;
	d->begun = d->public_hop = false;
	d->headers = 0;
	d->why[0] = '\0';
	forget_headers(d);
	curl_easy_reset(d->curl);
	if (d->have) {
		scoped_free char *line = xasprintf("If-Range: %s", d->tag);

		headers = curl_slist_append(NULL, line);
	}
	if (set_up(d, headers, err) < 0) {
		curl_slist_free_all(headers);
		return -1;
	}
	CURLcode code = curl_easy_perform(d->curl);
	curl_slist_free_all(headers);
	curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(d->curl, CURLINFO_RETRY_AFTER, &retry_after);
	if (code == CURLE_OK && !d->begun && begin_body(d) < 0) /* an empty body */
		code = CURLE_WRITE_ERROR;
	if (code == CURLE_OK)
		return 0;
	r = is_passing(d, code, status) ? 1 : -1;
	if (status == 416)
		forget_tag(d);
	*ret_wait_ms = retry_after > 0 && retry_after < PAUSE_MAX_MS / 1000
			       ? (unsigned)retry_after * 1000
			       : 0;
	explain(d, code, status, err);
	return r;
}

static void
pause_ms(unsigned ms)
{
	struct pollfd wake = {.fd = stop_fd(), .events = POLLIN};

	poll(&wake, 1, (int)(ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS));
}

static int
try_often(struct download *d, struct err *err)
{
	unsigned tries = d->request->tries ? d->request->tries : TRIES;
	unsigned wait = d->request->pause_ms ? d->request->pause_ms : PAUSE_MS;
	struct err last = ERR_INIT;

	for (unsigned i = 0; i < tries; i++, wait *= 2) {
		unsigned asked = 0;
		int r = try_once(d, &asked, &last);

		if (r == 0)
			return 0;
		if (r < 0)
			break;
		if (i + 1 < tries)
			pause_ms(asked > wait ? asked : wait);
		if (stop_requested()) {
			err_set(&last, ERR_STOPPED, "stopped while downloading");
			break;
		}
	}
	*err = last;
	return -1;
}

/* ---- the whole ---- */

static void
init_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int
finish(struct download *d, struct err *err)
{
	if (fsync(d->fd) < 0)
		return err_sys(err, ERR_STORE, "cannot write '%s'", d->request->path);
	forget_tag(d);
	return 0;
}

int
http_download(const struct http_request *request, char hex[DIGEST_HEX], uint64_t *ret_size,
	struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct download d = {.request = request, .fd = -1};
	char all[DIGEST_HEX];

	if (http_check_url(request->url, request->allow_http, err) < 0)
		return -1;
	pthread_once(&once, init_curl);
	d.tag_path = xasprintf("%s.tag", request->path);
	d.curl = curl_easy_init();
	int r = d.curl ? open_file(&d, err) : err_set(err, ERR_RESOURCES, "libcurl does not start");
	if (r == 0)
		r = try_often(&d, err);
	if (r == 0)
		r = finish(&d, err);
	/* Without a mark nothing can go on from it. */
	if (r < 0 && d.fd >= 0 && (!d.tag || d.err.kind == ERR_SOURCE)) {
		forget_tag(&d);
		unlink(request->path);
	}
	if (d.digest)
		digest_finish(d.digest, all);
	if (r == 0) {
		memcpy(hex, all, sizeof(all));
		*ret_size = d.have;
	}
	forget_headers(&d);
	curl_easy_cleanup(d.curl);
	if (d.fd >= 0)
		close(d.fd);
	free(d.tag);
	free(d.tag_path);
	return r;
}
