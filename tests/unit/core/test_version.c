/* The order of versions, against what projects have released and in which order. */
#include "core/version.h"

#include "base/mem.h"

#include "../check_main.h"

#include <stdlib.h>
#include <string.h>

/* Each row in the order in which its project released, or in which its standard puts them. */
static const char *const rows[][20] = {
	/* git */
	{"v0.99", "v1.0rc1", "v1.0.0", "v1.0.0a", "v1.0.1", "v1.9-rc0", "v1.9.0", "v2.0.0-rc0",
		"v2.0.0", "v2.9.5", "v2.10.0-rc1", "v2.10.0", "v2.45.0-rc1", "v2.45.0"},
	/* Linux */
	{"v2.6.11", "v2.6.12-rc2", "v2.6.12", "v2.6.39", "v3.0-rc1", "v3.0", "v3.0.1", "v3.19",
		"v4.0-rc1", "v5.9", "v5.10-rc7", "v5.10", "v5.10.2"},
	/* CPython */
	{"v2.7a1", "v2.7b2", "v2.7rc1", "v2.7", "v2.7.1rc1", "v2.7.1", "v2.7.18", "v3.9.0a6",
		"v3.9.0b1", "v3.9.0rc2", "v3.9.0", "v3.10.0a1", "v3.10.0"},
	/* Go */
	{"go1", "go1.0.1", "go1.1beta1", "go1.1rc1", "go1.1", "go1.9.7", "go1.10beta1", "go1.10",
		"go1.21rc2", "go1.21.0", "go1.21.1"},
	/* Rust */
	{"0.12.0", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-beta", "1.0.0", "1.9.0", "1.10.0"},
	/* PostgreSQL */
	{"REL8_0_0BETA1", "REL8_0_0RC1", "REL8_0_0", "REL8_0_1", "REL9_6_BETA1", "REL9_6_RC1",
		"REL9_6_0", "REL9_6_24", "REL_10_BETA1", "REL_10_RC1", "REL_10_0", "REL_10_1",
		"REL_16_0"},
	/* OpenSSL */
	{"OpenSSL_1_0_2-beta1", "OpenSSL_1_0_2", "OpenSSL_1_0_2a", "OpenSSL_1_0_2z",
		"OpenSSL_1_0_2za", "OpenSSL_1_1_0-pre1", "OpenSSL_1_1_0", "OpenSSL_1_1_1-pre9",
		"OpenSSL_1_1_1", "OpenSSL_1_1_1w"},
	/* curl, boost */
	{"curl-7_9_8", "curl-7_88_0", "curl-7_88_1", "curl-8_0_0", "curl-8_10_0"},
	{"boost-1.9.0", "boost-1.69.0-beta1", "boost-1.69.0", "boost-1.70.0"},
	/* OpenSSH */
	{"V_8_9_P1", "V_9_0_P1", "V_9_3_P1", "V_9_3_P2", "V_9_10_P1"},
	/* PEP 440 */
	{"1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
		"1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0",
		"1.0.post456.dev34", "1.0.post456", "1.1.dev1"},
	/* Semantic Versioning 2.0.0, section 11 */
	{"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
		"1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"},
	/* Spring, Hibernate, Maven */
	{"v5.0.0.M1", "v5.0.0.M5", "v5.0.0.RC1", "v5.0.0.RELEASE", "v5.0.1.RELEASE"},
	{"4.0.0.Alpha1", "4.0.0.Beta5", "4.0.0.CR1", "4.0.0.Final", "4.0.1.Final"},
	{"3.0-SNAPSHOT", "3.0-milestone-1", "3.0", "3.0.1"},
	/* Packaging revisions, and what git describe prints */
	{"1.0", "1.0-1", "1.0-2", "1.0-10", "1.0.1-1"},
	{"v1.0", "v1.0-2-gabcdef1", "v1.0-14-g1234567", "v1.0.1"},
	/* A project that dropped its v, one with dates, one with long numbers, components */
	{"v1.8", "1.9", "v1.10", "2.0-rc1", "v2.0"},
	{"2023.12.31", "2024.1.2", "2024.01.15", "2024.10.01"},
	{"r99999999999999999999", "r100000000000000000000", "r100000000000000000001"},
	{"api/v1.2.0", "api/v1.10.0", "core/v0.1.0", "core/v0.2.0-rc.1", "core/v0.2.0"},
	/* 1.0 and 1.0.0 are one release */
	{"v1.0.0-rc1", "v1.0-rc2", "v1.0", "v1.0.0", "v1.0.1"},
	{"preview-1.0", "preview-1.1", "release-1.0-preview", "release-1.0", "release-1.0.1"},
};

static int
by_version(const void *a, const void *b)
{
	return version_compare(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(releases_stand_in_order)
{
	for (size_t r = 0; r < ARRAY_LEN(rows); r++)
		for (size_t i = 0; rows[r][i]; i++)
			for (size_t k = 0; rows[r][k]; k++) {
				int order = version_compare(rows[r][i], rows[r][k]);
				int want = (i > k) - (i < k);

				ck_assert_msg((order > 0) - (order < 0) == want, "%s and %s: %d",
					rows[r][i], rows[r][k], order);
			}
}
END_TEST

/* Sorting needs one order over everything, whatever the tags of a repository are called. */
START_TEST(the_order_is_transitive)
{
	const char *all[400];
	size_t n = 0;
	static const char *const odd[] = {"", "v", "-", "0", "0.0", "v0", "rc", "1rc", "1.0rc0",
		"$(id)", "caf\xc3\xa9-1", "\xff\xff", "1..2", "1.-2", "1-.2", "1__2", "final",
		"1final2", "1.final", "a1", "1a", "1a1", "V1", "01", "1.00", "1.0.0.0-0"};

	for (size_t r = 0; r < ARRAY_LEN(rows); r++)
		for (size_t i = 0; rows[r][i]; i++)
			all[n++] = rows[r][i];
	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		all[n++] = odd[i];
	ck_assert_uint_lt(n, ARRAY_LEN(all));
	qsort(all, n, sizeof(*all), by_version);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			ck_assert_msg(version_compare(all[i], all[k]) <= 0 &&
					      version_compare(all[k], all[i]) >= 0,
				"%s and %s", all[i], all[k]);
}
END_TEST

TEST_SUITE("core/version", releases_stand_in_order, the_order_is_transitive)
