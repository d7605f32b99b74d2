#include "serve/guard.h"

#include "base/mem.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define COOKIE "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static const struct guard guard = {.port = 8321, .token = TOKEN, .cookie = COOKIE};

START_TEST(hosts)
{
	static const char *const good[] = {
		"127.0.0.1:8321", "localhost:8321", "LocalHost:8321", "[::1]:8321"};
	static const char *const bad[] = {"", "127.0.0.1", "localhost", "[::1]", "127.0.0.1:80",
		"127.0.0.1:83210", "127.0.0.1:08321", "127.0.0.1:8321 ", " 127.0.0.1:8321",
		"evil.example:8321", "127.0.0.1.evil.example:8321", "localhost.:8321",
		"a@127.0.0.1:8321", "127.0.0.1:8321@evil", "::1:8321", "[::1]x:8321",
		"192.168.0.1:8321", "[::2]:8321", "0x7f.1:8321", "127.1:8321", "127.0.0.1:8321,x",
		":8321",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:8321"};
	struct guard other = guard;

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(guard_host(&guard, good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!guard_host(&guard, bad[i]), "%s", bad[i]);
	ck_assert(!guard_host(&guard, NULL));
	/* A name never is one of ours, even where any address may be. */
	other.remote = true;
	ck_assert(guard_host(&other, "192.168.0.1:8321"));
	ck_assert(guard_host(&other, "[fe80::1]:8321"));
	ck_assert(!guard_host(&other, "evil.example:8321"));
	ck_assert(!guard_host(&other, "[127.0.0.1]:8321"));
	/* The one port that browsers leave out. */
	other = guard;
	other.port = 80;
	ck_assert(guard_host(&other, "localhost"));
	ck_assert(guard_host(&other, "[::1]"));
	ck_assert(guard_host(&other, "127.0.0.1:80"));
	ck_assert(!guard_host(&other, "127.0.0.1:8321"));
}
END_TEST

START_TEST(origins)
{
	static const char host[] = "127.0.0.1:8321";

	ck_assert(guard_origin(NULL, NULL, host));
	ck_assert(guard_origin("http://127.0.0.1:8321", "same-origin", host));
	ck_assert(guard_origin(NULL, "none", host));
	ck_assert(!guard_origin("null", NULL, host));
	ck_assert(!guard_origin("", NULL, host));
	ck_assert(!guard_origin("https://127.0.0.1:8321", NULL, host));
	ck_assert(!guard_origin("http://127.0.0.1", NULL, host));
	ck_assert(!guard_origin("http://localhost:8321", NULL, host));
	ck_assert(!guard_origin("http://evil.example", NULL, host));
	ck_assert(!guard_origin(NULL, "cross-site", host));
	ck_assert(!guard_origin(NULL, "same-site", host));
	ck_assert(!guard_origin(NULL, "", host));
	ck_assert(!guard_origin("http://127.0.0.1:8321", "cross-site", host));
}
END_TEST

START_TEST(secrets)
{
	char text[200];

	ck_assert(guard_knows(&guard, "Bearer " TOKEN, NULL));
	ck_assert(guard_knows(&guard, "bearer " TOKEN, NULL));
	ck_assert(!guard_knows(&guard, "Bearer " COOKIE, NULL));
	ck_assert(!guard_knows(&guard, "Basic " TOKEN, NULL));
	ck_assert(!guard_knows(&guard, "Bearer  " TOKEN, NULL));
	ck_assert(!guard_knows(&guard, "Bearer " TOKEN "0", NULL));
	ck_assert(!guard_knows(&guard, "Bearer ", NULL));
	ck_assert(!guard_knows(&guard, "Bearer", NULL));
	ck_assert(!guard_knows(&guard, TOKEN, NULL));
	ck_assert(!guard_knows(&guard, NULL, NULL));
	ck_assert(!guard_knows(&guard, "", ""));
	ck_assert(guard_knows(&guard, NULL, "revsweep_8321=" COOKIE));
	ck_assert(guard_knows(&guard, NULL, "a=b; revsweep_8321=" COOKIE "; c=d"));
	ck_assert(guard_knows(&guard, "Bearer wrong", "a=b;revsweep_8321=" COOKIE));
	/* Somebody else's of the same name does not hide ours. */
	ck_assert(guard_knows(&guard, NULL, "revsweep_8321=x; revsweep_8321=" COOKIE));
	ck_assert(!guard_knows(&guard, NULL, "revsweep_8321=" TOKEN));
	ck_assert(!guard_knows(&guard, NULL, "revsweep_8322=" COOKIE));
	ck_assert(!guard_knows(&guard, NULL, "xrevsweep_8321=" COOKIE));
	ck_assert(!guard_knows(&guard, NULL, "revsweep_8321=" COOKIE "0"));
	ck_assert(!guard_knows(&guard, NULL, "revsweep_8321="));
	ck_assert(!guard_knows(&guard, NULL, "revsweep_8321"));
	ck_assert(!guard_knows(&guard, NULL, "; ;=;"));
	/* Each digit counts. */
	for (size_t i = 0; i < strlen(TOKEN); i++) {
		snprintf(text, sizeof(text), "Bearer %s", TOKEN);
		text[7 + i] ^= 1;
		ck_assert(!guard_knows(&guard, text, NULL));
	}
	ck_assert(
		guard_same("abc", "abc") && !guard_same("abc", "ab") && !guard_same("ab", "abab"));
	ck_assert(!guard_same("abc", ""));
}
END_TEST

TEST_SUITE("serve/guard", hosts, origins, secrets)
