/* What is packed comes out again, checked by the reader of archives. */
#include "ext/gzip.h"

#include "base/rng.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
round_trip(const void *data, size_t n, size_t most)
{
	scoped(str) packed = STR_INIT;
	scoped(str) out = STR_INIT;
	struct err err = ERR_INIT;
	const char *part;
	size_t size;
	FILE *f = tmpfile();

	gzip_add(&packed, data, n);
	ck_assert_uint_le(packed.n, most);
	ck_assert_uint_eq(fwrite(packed.p, 1, packed.n, f), packed.n);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	struct gunzip *gz = gunzip_new(fileno(f));
	do {
		ck_assert_int_eq(gunzip_read(gz, &part, &size, &err), 0);
		str_addn(&out, part, size);
	} while (size);
	gunzip_free(gz);
	fclose(f);
	ck_assert_uint_eq(out.n, n);
	ck_assert_mem_eq(out.p, data, n);
}

START_TEST(comes_out_again)
{
	scoped_free char *zeros = xcalloc(1, 1 << 20);
	scoped_free unsigned char *noise = xmalloc(1 << 18);
	struct rng rng;

	rng_init(&rng, 1, 0);
	for (size_t i = 0; i < 1 << 18; i++)
		noise[i] = (unsigned char)rng_u64(&rng);
	round_trip("", 0, 64);
	round_trip("a", 1, 64);
	round_trip(zeros, 1 << 20, 1 << 14);
	round_trip(noise, 1 << 18, (1 << 18) + 200);
}
END_TEST

TEST_SUITE("ext/gzip", comes_out_again)
