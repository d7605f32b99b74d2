/* How a program is linked, by its ELF header. Needs nothing but libc: the preloaded library asks,
 * too. */
#ifndef SYS_ELF_H
#define SYS_ELF_H

enum elf_link {
	ELF_LINK_UNKNOWN, /* no ELF file (a script, say), or unreadable */
	ELF_LINK_DYNAMIC,
	ELF_LINK_STATIC, /* a program that asks for no loader: nothing can be preloaded into it */
};

enum elf_link elf_link_of_fd(int fd);
enum elf_link elf_link_of(const char *path);

#endif
