/* Long texts through the user's pager. */
#ifndef SYS_PAGER_H
#define SYS_PAGER_H

#include <stdbool.h>
#include <stddef.h>

/* What the user reads long texts with: $REVSWEEP_PAGER, $PAGER, or less; NULL when that is nothing,
 * or `cat`. */
const char *pager_program(void);
/* Lets the program (a command for sh) show the text, and waits until the user leaves it. LESS is
 * FRX unless it is set. False when it could not be started: then nothing was shown. */
bool pager_show(const char *program, const char *text, size_t n);

#endif
