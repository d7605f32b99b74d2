#include "sys/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HEADERS_MAX 128

static enum elf_link
link_of_64(int fd, const Elf64_Ehdr *head)
{
	if (head->e_phentsize != sizeof(Elf64_Phdr) || head->e_phnum > HEADERS_MAX)
		return ELF_LINK_UNKNOWN;
	for (unsigned i = 0; i < head->e_phnum; i++) {
		Elf64_Phdr part;

		if (pread(fd, &part, sizeof(part),
			    (off_t)(head->e_phoff + (uint64_t)i * sizeof(part))) !=
			(ssize_t)sizeof(part))
			return ELF_LINK_UNKNOWN;
		if (part.p_type == PT_INTERP)
			return ELF_LINK_DYNAMIC;
	}
	return ELF_LINK_STATIC;
}

enum elf_link
elf_link_of_fd(int fd)
{
	Elf64_Ehdr head;

	if (pread(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
		head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
		(head.e_type != ET_EXEC && head.e_type != ET_DYN))
		return ELF_LINK_UNKNOWN;
	return link_of_64(fd, &head);
}

enum elf_link
elf_link_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return ELF_LINK_UNKNOWN;
	enum elf_link link = elf_link_of_fd(fd);
	close(fd);
	return link;
}
