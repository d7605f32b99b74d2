/* SHA-256 by libmd. */
#ifndef EXT_DIGEST_H
#define EXT_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 65 /* 64 digits and a NUL */

struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *d, const void *data, size_t n);
/* A text with its NUL, so that ("ab", "c") and ("a", "bc") differ. NULL counts as one byte 0xff. */
void digest_add_text(struct digest *d, const char *text);
/* Writes lower-case hex and frees d. */
void digest_finish(struct digest *d, char hex[DIGEST_HEX]);

void digest_of(const void *data, size_t n, char hex[DIGEST_HEX]);
/* Of a whole file, wherever fd stands in it; -1 with errno when it cannot be read. */
int digest_of_fd(int fd, char hex[DIGEST_HEX]);

#endif
