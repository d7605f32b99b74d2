/* Downloads from a server on loopback that misbehaves (tests/tools/http_server.py). */
#include "ext/http.h"

#include "base/str.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE 200000

static char *sandbox;
static FILE *server; /* ends when this is closed */
static int port;
static char data_hex[DIGEST_HEX], reversed_hex[DIGEST_HEX];

static char *
in_sandbox(const char *name)
{
	return path_join(sandbox, name);
}

static void
read_port(void)
{
	scoped_free char *path = in_sandbox("port");
	const struct timespec moment = {0, 20000000};
	struct err err = ERR_INIT;

	for (int i = 0; i < 1000 && !fs_exists(path); i++)
		nanosleep(&moment, NULL);
	scoped(str) text = STR_INIT;
	ck_assert_msg(fs_read(path, 100, &text, &err) == 0, "%s", err.text);
	port = atoi(text.p);
}

/* The server's file, made the same way as there. */
static void
make_data(void)
{
	char *data = xmalloc(SIZE), *turned = xmalloc(SIZE);

	for (size_t i = 0; i < SIZE / 32; i++) {
		char number[20], hex[DIGEST_HEX];

		snprintf(number, sizeof(number), "%zu", i);
		digest_of(number, strlen(number), hex);
		for (size_t k = 0; k < 32; k++) {
			unsigned byte = 0;

			ck_assert_int_eq(sscanf(hex + 2 * k, "%2x", &byte), 1);
			data[32 * i + k] = (char)byte;
		}
	}
	for (size_t i = 0; i < SIZE; i++)
		turned[i] = data[SIZE - 1 - i];
	digest_of(data, SIZE, data_hex);
	digest_of(turned, SIZE, reversed_hex);
	free(data);
	free(turned);
}

static void
begin(void)
{
	struct err err = ERR_INIT;
	const char *data = getenv("TEST_DATA"), *tmp = getenv("TMPDIR");
	static const char *const forget[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};

	ck_assert_ptr_nonnull(data);
	for (size_t i = 0; i < ARRAY_LEN(forget); i++)
		unsetenv(forget[i]);
	scoped_free char *prefix = path_join(tmp && *tmp ? tmp : "/tmp", "revsweep-http-");
	ck_assert_msg(fs_temp_dir(prefix, &sandbox, &err) == 0, "%s", err.text);
	scoped_free char *command =
		xasprintf("exec python3 %s/../tools/http_server.py %s/port", data, sandbox);
	server = popen(command, "w");
	ck_assert_ptr_nonnull(server);
	read_port();
	make_data();
}

static void
end(void)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(pclose(server), 0);
	ck_assert_msg(fs_remove(sandbox, &err) == 0, "%s", err.text);
	free(sandbox);
}

static int
download(const char *path, char hex[DIGEST_HEX], uint64_t *ret_size, struct err *err)
{
	scoped_free char *url = xasprintf("http://127.0.0.1:%d/%s", port, path);
	scoped_free char *file = in_sandbox("part");
	const struct http_request request = {.url = url,
		.path = file,
		.max = 1 << 20,
		.allow_http = true,
		.pause_ms = 1,
		.stall_s = 1};

	return http_download(&request, hex, ret_size, err);
}

static void
got(const char *path, const char *want_hex)
{
	scoped_free char *file = in_sandbox("part"), *tag = in_sandbox("part.tag");
	char hex[DIGEST_HEX] = "", on_disk[DIGEST_HEX];
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	uint64_t size = 0;

	ck_assert_msg(download(path, hex, &size, &err) == 0, "%s: %s", path, err.text);
	ck_assert_int_eq(fs_read(file, 1 << 20, &text, &err), 0);
	digest_of(text.p, text.n, on_disk);
	ck_assert_str_eq(hex, on_disk);
	ck_assert_uint_eq(size, text.n);
	if (want_hex)
		ck_assert_msg(strcmp(hex, want_hex) == 0, "%s has other bytes", path);
	ck_assert_msg(!fs_exists(tag), "%s leaves a mark", path);
	ck_assert_int_eq(unlink(file), 0);
}

static void
fails(const char *path, const char *says, bool keeps)
{
	scoped_free char *file = in_sandbox("part"), *tag = in_sandbox("part.tag");
	char hex[DIGEST_HEX];
	struct err err = ERR_INIT;
	uint64_t size = 0;

	ck_assert_msg(download(path, hex, &size, &err) == -1, "%s worked", path);
	ck_assert_msg(err.kind == ERR_SOURCE, "%s: kind %d: %s", path, err.kind, err.text);
	ck_assert_msg(strstr(err.text, says), "%s: '%s' is not in '%s'", path, says, err.text);
	ck_assert_msg(fs_exists(file) == keeps, "%s: %s", path, keeps ? "lost" : "left behind");
	unlink(file);
	unlink(tag);
}

/* How many requests there were for a path, and how many of them for a part of it. */
static void
asked(const char *path, size_t want, size_t want_parts)
{
	scoped_free char *file = in_sandbox("port.log"), *whole = xasprintf("GET /%s\n", path),
			 *part = xasprintf("GET /%s bytes=", path);
	scoped(str) log = STR_INIT;
	struct err err = ERR_INIT;
	size_t n = 0, parts = 0;

	ck_assert_int_eq(fs_read(file, 1 << 20, &log, &err), 0);
	for (char *line = log.p, *next; *line; line = next) {
		next = strchr(line, '\n') + 1;
		parts += str_starts(line, part);
		n += str_starts(line, part) || str_starts(line, whole);
	}
	ck_assert_msg(n == want && parts == want_parts, "%s: %zu requests, %zu for a part", path, n,
		parts);
}

START_TEST(brings_files)
{
	char empty[DIGEST_HEX];

	begin();
	digest_of("", 0, empty);
	got("data", data_hex);
	got("longer", data_hex);
	got("gzip", data_hex); /* unpacking is not our business: bytes are what they are */
	got("empty", empty);
	got("page", NULL);
	got("cut-untold", NULL);
	scoped_free char *to = xasprintf("to/http://127.0.0.1:%d/data", port);
	got(to, data_hex);
	asked("data", 2, 0);
	end();
}
END_TEST

START_TEST(tries_again_what_may_pass)
{
	begin();
	got("busy", data_hex);
	asked("busy", 3, 0);
	fails("broken", "status 500", false);
	asked("broken", 5, 0);
	fails("hangs-up", "cannot download", false);
	asked("hangs-up", 5, 0);
	fails("nothing", "status 404 (there is no such file)", false);
	asked("nothing", 1, 0);
	fails("forbidden", "status 403", false);
	asked("forbidden", 1, 0);
	fails("gone", "status 410", false);
	end();
}
END_TEST

START_TEST(goes_on_where_it_was_cut)
{
	begin();
	got("cut", data_hex);
	asked("cut", 3, 2);
	got("dated", data_hex);
	asked("dated", 2, 1);
	got("ignores-range", data_hex);
	asked("ignores-range", 2, 1);
	got("changes", reversed_hex);
	asked("changes", 2, 1);
	got("changes-anyway", reversed_hex);
	asked("changes-anyway", 3, 1);
	got("other-part", data_hex);
	got("shrinks", NULL);
	got("weak", data_hex);
	asked("weak", 2, 0);
	fails("always-cut", "cannot download", false); /* no mark, so nothing to go on from */
	end();
}
END_TEST

/* What an earlier process left. */
START_TEST(goes_on_after_a_restart)
{
	struct err err = ERR_INIT;

	begin();
	scoped_free char *file = in_sandbox("part"), *tag = in_sandbox("part.tag");
	char hex[DIGEST_HEX];
	uint64_t size;
	ck_assert_int_eq(download("data", hex, &size, &err), 0);
	ck_assert_int_eq(truncate(file, 12345), 0);
	ck_assert_int_eq(fs_write_atomic(tag, "\"one\"", 5, &err), 0);
	got("data", data_hex);
	asked("data", 2, 1);
	/* of another file: the server says so */
	ck_assert_int_eq(fs_write_atomic(file, "something", 9, &err), 0);
	ck_assert_int_eq(fs_write_atomic(tag, "\"old\"", 5, &err), 0);
	got("data", data_hex);
	/* without a mark it is worth nothing */
	ck_assert_int_eq(fs_write_atomic(file, "something", 9, &err), 0);
	got("data", data_hex);
	asked("data", 4, 2);
	end();
}
END_TEST

START_TEST(does_not_wait_or_write_for_ever)
{
	begin();
	fails("endless", "at most 1.00 MiB are downloaded", false);
	fails("claims", "at most 1.00 MiB are downloaded", false);
	fails("headers", "headers", false);
	scoped_free char *url = xasprintf("http://127.0.0.1:%d/slow", port);
	scoped_free char *file = in_sandbox("part");
	struct http_request request = {.url = url,
		.path = file,
		.max = 1 << 20,
		.allow_http = true,
		.tries = 1,
		.stall_s = 1};
	struct err err = ERR_INIT;
	char hex[DIGEST_HEX];
	uint64_t size;
	ck_assert_int_eq(http_download(&request, hex, &size, &err), -1);
	ck_assert_msg(strstr(err.text, "too slow"), "%s", err.text);
	end();
}
END_TEST

START_TEST(follows_no_lesser_redirects)
{
	begin();
	fails("loop", "redirected more than 5 times", false);
	fails("to/ftp://127.0.0.1/x", "redirected to 'ftp://127.0.0.1/x'", false);
	fails("to/file:///etc/passwd", "redirected to 'file:///etc/passwd'", false);
	fails("nowhere", "status 302", false);
	end();
}
END_TEST

START_TEST(addresses_are_checked)
{
	static const struct {
		const char *url, *says;
	} bad[] = {{"http://example.org/x", "http is not secure"},
		{"ftp://example.org/x", "only https"}, {"file:///etc/passwd", "only https"},
		{"HTTP://example.org/x", "only https"}, {"https://u:p@example.org/x", "password"},
		{"https://u@example.org", "password"}, {"https:///x", "no host"},
		{"https://example.org/a b", "%20"}, {"https://example.org/{v}", "%7B"}};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_msg(http_check_url(bad[i].url, false, &err) == -1, "%s", bad[i].url);
		ck_assert_int_eq(err.kind, ERR_SOURCE);
		ck_assert_msg(strstr(err.text, bad[i].says), "%s: %s", bad[i].url, err.text);
	}
	ck_assert_int_eq(http_check_url("https://example.org/a@b?c=d@e", false, &err), 0);
	ck_assert_int_eq(http_check_url("https://caf\xc3\xa9.example/x", false, &err), 0);
	ck_assert_int_eq(http_check_url("http://example.org/", true, &err), 0);
}
END_TEST

START_TEST(private_networks_are_known)
{
	static const char *const private[] = {"127.0.0.1", "10.1.2.3", "172.16.0.1",
		"172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
		"::", "fe80::1", "fd00::1", "::ffff:10.0.0.1"};
	static const char *const public[] = {"8.8.8.8", "172.32.0.1", "172.15.0.1", "192.169.0.1",
		"100.128.0.1", "2001:db8::1", "::ffff:8.8.8.8", "1::1", "name"};

	for (size_t i = 0; i < ARRAY_LEN(private); i++)
		ck_assert_msg(http_is_private(private[i]), "%s", private[i]);
	for (size_t i = 0; i < ARRAY_LEN(public); i++)
		ck_assert_msg(!http_is_private(public[i]), "%s", public[i]);
}
END_TEST

TEST_SUITE("ext/http", brings_files, tries_again_what_may_pass, goes_on_where_it_was_cut,
	goes_on_after_a_restart, does_not_wait_or_write_for_ever, follows_no_lesser_redirects,
	addresses_are_checked, private_networks_are_known)
