#include "sys/entropy.h"
#include "sys/listen.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>

static int
try(const char *address, unsigned port, struct listeners *ret, struct err *err)
{
	const char *const addresses[] = {address, NULL};

	*err = (struct err)ERR_INIT;
	return listen_open(addresses, port, ret, err);
}

START_TEST(ports_are_found_and_taken)
{
	static const char *const both[] = {"127.0.0.1", "::1", NULL};
	struct listeners a = {0}, b = {0};
	struct err err = ERR_INIT;
	char port[16];

	ck_assert_msg(listen_open(both, 0, &a, &err) == 0, "%s", err.text);
	ck_assert(a.port > 0 && a.n >= 1 && a.n <= 2);
	ck_assert_int_eq(try("127.0.0.1", a.port, &b, &err), -1);
	ck_assert_int_eq(err.kind, ERR_ENVIRONMENT);
	snprintf(port, sizeof(port), "port %u", a.port);
	ck_assert_msg(strstr(err.text, port) && strstr(err.text, "--port"), "%s", err.text);
	ck_assert_uint_eq(b.n, 0);
	unsigned was = a.port;
	listen_close(&a);
	listen_close(&a);
	ck_assert_msg(try("127.0.0.1", was, &b, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(b.port, was);
	listen_close(&b);
}
END_TEST

START_TEST(addresses_are_numeric_and_ours)
{
	struct listeners l = {0};
	struct err err;

	ck_assert_int_eq(try("localhost", 0, &l, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	/* Of documents (RFC 5737), never of a machine. */
	ck_assert_int_eq(try("203.0.113.7", 0, &l, &err), -1);
	ck_assert_int_eq(err.kind, ERR_ENVIRONMENT);
	ck_assert_msg(strstr(err.text, "203.0.113.7"), "%s", err.text);
	ck_assert_uint_eq(l.n, 0);
}
END_TEST

START_TEST(secrets_differ)
{
	unsigned char a[32] = {0}, b[32] = {0};
	struct err err = ERR_INIT;

	ck_assert_int_eq(entropy_read(a, sizeof(a), &err), 0);
	ck_assert_int_eq(entropy_read(b, sizeof(b), &err), 0);
	ck_assert(memcmp(a, b, sizeof(a)) != 0);
}
END_TEST

TEST_SUITE("sys/listen", ports_are_found_and_taken, addresses_are_numeric_and_ours, secrets_differ)
