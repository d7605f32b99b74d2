#ifndef SYS_TERM_H
#define SYS_TERM_H

#include <stdbool.h>

bool term_is_tty(int fd);
/* Columns of the terminal behind fd; COLUMNS when it is not one; 80 when nothing is known. */
int term_width(int fd);
int term_height(int fd); /* lines of it; 24 when nothing is known */
/* Terminals that are told to speak no UTF-8 get letters. */
bool term_speaks_utf8(void);

#endif
