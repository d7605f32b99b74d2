#include "sys/host.h"

#include "sys/clock.h"

#include "../check_main.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

START_TEST(host_is_known)
{
	struct host a, b;
	char name[65];

	host_read(&a);
	host_read(&b);
	ck_assert_int_eq(gethostname(name, sizeof(name)), 0);
	ck_assert_str_eq(a.name, name);
	ck_assert_int_eq(a.cpus, (int)sysconf(_SC_NPROCESSORS_ONLN));
	uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES);
	ck_assert_uint_eq(a.memory / 4096, pages * (uint64_t)sysconf(_SC_PAGESIZE) / 4096);
	ck_assert_int_eq(strncmp(a.kernel, "Linux ", 6), 0);
	ck_assert_uint_gt(strlen(a.os), 0);
	ck_assert_uint_gt(strlen(a.cpu), 0);
	ck_assert_uint_gt(strlen(a.governor), 0);
	ck_assert(strcmp(a.turbo, "on") == 0 || strcmp(a.turbo, "off") == 0 ||
		  strcmp(a.turbo, "unknown") == 0);
	ck_assert_uint_eq(strlen(a.boot_id), 36);
	ck_assert_uint_eq(strlen(a.id), 16);
	ck_assert_uint_eq(strspn(a.id, "0123456789abcdef"), 16);
	ck_assert_str_eq(a.id, b.id);
	ck_assert_str_eq(a.boot_id, b.boot_id);
}
END_TEST

START_TEST(load_counts_up)
{
	struct host_load before, after;
	clock_t start = clock();

	host_load_read(&before);
	while (clock() - start < CLOCKS_PER_SEC / 5)
		;
	host_load_read(&after);
	ck_assert(before.load1 >= 0);
	ck_assert_int_gt(before.busy_us, 0);
	/* we ourselves were busy for 0.2 s; the counters go in ticks of 10 ms or so */
	ck_assert_int_ge(after.busy_us - before.busy_us, 100000);
	ck_assert_int_ge(after.steal_us, before.steal_us);
	ck_assert_int_ge(after.throttled_us, before.throttled_us);
	ck_assert_int_gt(after.monotonic_ns, before.monotonic_ns);
	if (access("/proc/pressure/cpu", R_OK) == 0)
		ck_assert_int_ge(before.cpu_wait_us, 0);
	else
		ck_assert_int_eq(before.cpu_wait_us, -1);
	ck_assert_int_ge(after.cpu_wait_us, before.cpu_wait_us);
}
END_TEST

TEST_SUITE("sys/host", host_is_known, load_counts_up)
