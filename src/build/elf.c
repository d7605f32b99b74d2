/* The parts of a program that a loader never reads: debug information and the build id. They hold
 * paths, and hashes of paths, in an order that depends on the paths. */
#include "internal.h"

#include <elf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX ((size_t)1 << 20)

static bool
read_at(int fd, void *to, size_t n, uint64_t at)
{
	return at < INT64_MAX && pread(fd, to, n, (off_t)at) == (ssize_t)n;
}

static bool
is_unloaded(const char *name)
{
	return str_starts(name, ".debug_") || str_starts(name, ".zdebug_") ||
	       strcmp(name, ".note.gnu.build-id") == 0 || strcmp(name, ".gnu_debuglink") == 0;
}

/* The names of all sections, NUL-terminated whatever the file says; NULL when they make no sense.
 */
static char *
read_names(int fd, const Elf64_Ehdr *head, size_t *ret_n)
{
	Elf64_Shdr section;

	if (head->e_shstrndx >= head->e_shnum ||
		!read_at(fd, &section, sizeof(section),
			head->e_shoff + (uint64_t)head->e_shstrndx * sizeof(section)) ||
		section.sh_size > NAMES_MAX)
		return NULL;
	char *names = xcalloc(section.sh_size + 1, 1);
	if (!read_at(fd, names, section.sh_size, section.sh_offset)) {
		free(names);
		return NULL;
	}
	*ret_n = section.sh_size;
	return names;
}

size_t
elf_unloaded(int fd, struct range *ret, size_t max)
{
	Elf64_Ehdr head;
	size_t n = 0, n_names = 0;

	if (!read_at(fd, &head, sizeof(head), 0) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
		head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
		head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shoff > INT64_MAX / 2)
		return 0;
	scoped_free char *names = read_names(fd, &head, &n_names);
	for (unsigned i = 0; names && n < max && i < head.e_shnum; i++) {
		Elf64_Shdr section;

		if (!read_at(fd, &section, sizeof(section), head.e_shoff + i * sizeof(section)))
			break;
		if (section.sh_name >= n_names || section.sh_type == SHT_NOBITS ||
			!is_unloaded(names + section.sh_name))
			continue;
		ret[n++] = (struct range){section.sh_offset, section.sh_size};
	}
	return n;
}
