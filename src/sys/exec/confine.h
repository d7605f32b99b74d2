/* The write policy: Landlock. */
#ifndef EXEC_CONFINE_H
#define EXEC_CONFINE_H

#include <stdint.h>

/* From here on this process and its children write below dirs (NULL-terminated) only, besides the
 * usual devices. 1: it holds; 0: this kernel has no such thing; -1: dirs[*index] cannot be used,
 * errno says why. */
int confine_writes(char *const *dirs, uint32_t *index);

#endif
