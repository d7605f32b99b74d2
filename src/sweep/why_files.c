/* Installed files and the symbols in them: which are new, gone, or of another size. */
#include "why_priv.h"

#include "sys/fs.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ELF_FILES_MAX 200 /* that nm looks into, of each side */
#define CHUNK ((size_t)64 << 10)

/* ---- files */

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct why_side *side = arg;

	(void)err;
	if (entry->type == 'f')
		vec_add(&side->list,
			(struct why_value){.name = arena_strdup(&side->arena, entry->path),
				.value = entry->size > INT64_MAX ? INT64_MAX
								 : (int64_t)entry->size});
	return 0;
}

int
why_read_files(const char *prefix, struct why_side *side, struct err *err)
{
	return fs_walk(prefix, visit, side, err);
}

int
why_files(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err)
{
	scoped(why_side) before = {0};
	scoped(why_side) after = {0};

	if (why_read_files(why_prefix(work, 0), &before, err) < 0 ||
		why_read_files(why_prefix(work, 1), &after, err) < 0)
		return -1;
	why_differences(&before, &after, work->arena, &ret->files);
	if (before.list.n == 0 && after.list.n == 0)
		why_note(notes, "neither build installed a file");
	else if (ret->files.differ == 0)
		why_note(notes, "the %zu installed files have the same names and sizes",
			after.list.n);
	return 0;
}

/* ---- symbols */

size_t
why_read_nm(const char *text, const char *file, struct why_side *side)
{
	const char *of = arena_strdup(&side->arena, file);
	size_t n = 0;

	/* "0000000000001139 0000000000000027 T work", a name in C++ with blanks in it */
	for (const char *p = text; *p;) {
		const char *end = p + strcspn(p, "\n"), *size = p + strspn(p, "0123456789abcdef");
		char *after = NULL;

		errno = 0;
		long long bytes = *size == ' ' ? strtoll(size + 1, &after, 16) : -1;
		if (size > p && bytes >= 0 && errno == 0 && after < end && end - after > 3 &&
			after[0] == ' ' && isalpha((unsigned char)after[1]) && after[2] == ' ') {
			vec_add(&side->list,
				(struct why_value){.name = arena_strndup(&side->arena, after + 3,
							   (size_t)(end - after - 3)),
					.of = of,
					.value = bytes});
			n++;
		}
		p = *end ? end + 1 : end;
	}
	return n;
}

static int
open_file(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

static bool
is_elf(int fd)
{
	char magic[4];

	return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	       memcmp(magic, "\177ELF", sizeof(magic)) == 0;
}

static bool
same_bytes(int a, int b)
{
	scoped_free char *x = xmalloc(CHUNK), *y = xmalloc(CHUNK);

	for (off_t at = 0;; at += (off_t)CHUNK) {
		ssize_t n = pread(a, x, CHUNK, at), m = pread(b, y, CHUNK, at);

		if (n < 0 || n != m || memcmp(x, y, (size_t)n) != 0)
			return false;
		if (n < (ssize_t)CHUNK)
			return true;
	}
}

/* Programs and libraries that are there on both sides, with other bytes. */
static bool
is_other_elf(const char *before, const char *after)
{
	int a = open_file(before), b = open_file(after);
	bool other = a >= 0 && b >= 0 && is_elf(a) && is_elf(b) && !same_bytes(a, b);

	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	return other;
}

/* The symbols of a file on one side. */
static int
read_symbols(struct why_work *work, const char *nm, const char *prefix, const char *file,
	struct why_side *side, size_t *ret_n, struct err *err)
{
	scoped_free char *path = path_join(prefix, file);
	const char *const argv[] = {nm, "-S", "--size-sort", "-C", "--", path, NULL};
	scoped(why_said) said = {0};

	*ret_n = 0;
	if (why_run(work, argv, &said, err) < 0)
		return -1;
	if (why_said_well(&said))
		*ret_n = why_read_nm(said.out.p, file, side);
	return 0;
}

static int
compare_file(struct why_work *work, const char *nm, const char *file, struct why_side sides[2],
	struct why_notes *notes, struct err *err)
{
	size_t had = sides[0].list.n;

	for (size_t i = 0; i < 2; i++) {
		size_t n;

		if (read_symbols(work, nm, why_prefix(work, i), file, &sides[i], &n, err) < 0)
			return -1;
		if (n > 0)
			continue;
		/* Against nothing all of them would be new or gone. */
		why_note(notes, "%s has no symbols with a size in %s (stripped?): it is left out",
			file, why_label(work, i));
		sides[0].list.n = had;
		break;
	}
	return 0;
}

static int
compare_files(struct why_work *work, const char *nm, const struct why_side *files,
	struct why_side sides[2], struct why_notes *notes, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < files->list.n; i++) {
		const char *file = files->list.v[i].name;
		scoped_free char *before = path_join(why_prefix(work, 0), file);
		scoped_free char *after = path_join(why_prefix(work, 1), file);

		if (!is_other_elf(before, after))
			continue;
		if (++n > ELF_FILES_MAX) {
			why_note(notes, "only the first %d programs and libraries are looked into",
				ELF_FILES_MAX);
			break;
		}
		if (compare_file(work, nm, file, sides, notes, err) < 0)
			return -1;
	}
	if (n == 0)
		why_note(notes,
			"no program or library (ELF) that both builds installed has other bytes");
	return 0;
}

int
why_symbols(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err)
{
	scoped_free char *nm = why_find_program("nm");
	struct why_side files = {0}, sides[2] = {0};

	if (!nm) {
		why_note(notes, "there is no nm (binutils) on PATH: symbols are not compared");
		return 0;
	}
	int r = why_read_files(why_prefix(work, 1), &files, err);
	if (r == 0)
		r = compare_files(work, nm, &files, sides, notes, err);
	if (r == 0)
		why_differences(&sides[0], &sides[1], work->arena, &ret->symbols);
	if (r == 0 && ret->symbols.differ == 0 && sides[1].list.n > 0)
		why_note(notes, "all symbols have the same sizes");
	why_side_done(&files);
	why_side_done(&sides[0]);
	why_side_done(&sides[1]);
	return r;
}
