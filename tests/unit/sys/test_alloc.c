#include "../check_main.h"
#include "proc_common.h"

#include "sys/alloc.h"
#include "sys/alloc_wire.h"
#include "sys/elf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct seen {
	struct arena arena;
	struct alloc_process *list;
	size_t n;
};

/* Runs `allocs MORE` with the library preloaded. */
static struct seen
count(const char *more)
{
	scoped_free char *library = NULL;
	struct seen seen = {.arena = ARENA_INIT};
	struct err err = ERR_INIT;

	ck_assert_msg(alloc_find(&library, &err) == 0, "%s", err.text);
	scoped_free char *preload = xasprintf("LD_PRELOAD=%s", library);
	scoped_free char *counts = path_join(dir, "counts");
	scoped_free char *variable = xasprintf("%s=%s", ALLOC_DIR_VARIABLE, counts);
	scoped_free char *script = xasprintf("exec \"$ALLOCS\" %s >out", more);
	scoped_free char *allocs = xasprintf("ALLOCS=%s", getenv("ALLOCS"));
	const char *const env[] = {"PATH=/usr/bin:/bin", allocs, preload, variable, NULL};

	ck_assert_int_eq(fs_remove(counts, &err), 0);
	ck_assert_int_eq(fs_mkdir_p(counts, 0700, &err), 0);
	struct proc_end end = run_sh(script, (struct proc_spec){.env = env});
	ck_assert_int_eq(end.how, PROC_EXITED);
	ck_assert_int_eq(end.exit_code, 0);
	proc_end_done(&end);
	ck_assert_msg(
		alloc_read(counts, &seen.arena, &seen.list, &seen.n, &err) == 0, "%s", err.text);
	return seen;
}

/* One of the processes counted just that; the shell is another. */
static void
expect(const struct seen *seen, uint64_t calls, uint64_t bytes, uint64_t peak)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->list[i].allocations == calls && seen->list[i].allocated == bytes &&
			seen->list[i].peak == peak)
			return;
	for (size_t i = 0; i < seen->n; i++)
		printf("%ju calls, %ju bytes, at most %ju\n", (uintmax_t)seen->list[i].allocations,
			(uintmax_t)seen->list[i].allocated, (uintmax_t)seen->list[i].peak);
	ck_abort_msg("none with %ju calls, %ju bytes, at most %ju", (uintmax_t)calls,
		(uintmax_t)bytes, (uintmax_t)peak);
}

START_TEST(every_function_counts_what_was_asked_for)
{
	begin();
	struct seen seen = count("family");
	ck_assert_uint_eq(seen.n, 2);
	expect(&seen, 11, 1000 + 2000 + 30 + 300 + 400 + 500 + 64 + 70 + 80 + 90 + 4096, 4096);
	arena_done(&seen.arena);
	seen = count("blocks 1000 100");
	expect(&seen, 1000, 100000, 100000);
	arena_done(&seen.arena);
	done();
}
END_TEST

START_TEST(children_and_images_count_for_themselves)
{
	begin();
	struct seen seen = count("fork");
	ck_assert_uint_eq(seen.n, 3);
	expect(&seen, 1, 100000, 100000);
	expect(&seen, 1, 300000, 300000);
	arena_done(&seen.arena);
	seen = count("exec");
	ck_assert_uint_eq(seen.n, 3);
	expect(&seen, 1, 123, 123);
	expect(&seen, 2, 2000, 2000);
	arena_done(&seen.arena);
	seen = count("exit");
	expect(&seen, 1, 123, 123);
	arena_done(&seen.arena);
	done();
}
END_TEST

START_TEST(threads_lose_nothing)
{
	begin();
	struct seen seen = count("threads");
	ck_assert_uint_eq(seen.n, 2);
	struct alloc_process p =
		seen.list[seen.list[0].allocations > seen.list[1].allocations ? 0 : 1];
	/* Each thread also costs libc one call, for its table of thread-local variables. */
	ck_assert_uint_ge(p.allocations, 8000);
	ck_assert_uint_le(p.allocations, 8016);
	ck_assert_uint_ge(p.allocated, 8000000);
	ck_assert_uint_le(p.peak, 8000 + 8 * 1024 + (uint64_t)ALLOC_STEP * 8);
	arena_done(&seen.arena);
	done();
}
END_TEST

START_TEST(what_the_program_maps_counts)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	begin();
	struct seen seen = count("map");
	expect(&seen, 2, 7 * page, 5 * page);
	arena_done(&seen.arena);
	done();
}
END_TEST

START_TEST(a_harness_inside_reads_its_own_part)
{
	begin();
	struct seen seen = count("inside");
	scoped_free char *out = read_file("out");
	ck_assert_str_eq(out, "2 1000 700 1000\n");
	arena_done(&seen.arena);
	done();
}
END_TEST

START_TEST(static_programs_are_told_apart)
{
	const char *program = getenv("STATIC_PROGRAM");

	begin();
	ck_assert_int_eq(elf_link_of(getenv("ALLOCS")), ELF_LINK_DYNAMIC);
	ck_assert_int_eq(elf_link_of("/etc/passwd"), ELF_LINK_UNKNOWN);
	ck_assert_int_eq(elf_link_of("/nowhere"), ELF_LINK_UNKNOWN);
	if (!program || elf_link_of(program) != ELF_LINK_STATIC) {
		puts("skipped: programs cannot be linked statically here");
	} else {
		scoped_free char *more = xasprintf("static %s", program);
		struct seen seen = count(more);

		ck_assert_uint_eq(seen.n, 2);
		ck_assert_str_eq(seen.list[seen.list[0].started ? 0 : 1].started, program);
		arena_done(&seen.arena);
	}
	done();
}
END_TEST

TEST_SUITE("sys/alloc", every_function_counts_what_was_asked_for,
	children_and_images_count_for_themselves, threads_lose_nothing,
	what_the_program_maps_counts, a_harness_inside_reads_its_own_part,
	static_programs_are_told_apart)
