/* Work that gives way to everybody else. */
#ifndef SYS_BACKGROUND_H
#define SYS_BACKGROUND_H

/* The lowest priority for this thread and those it starts: no other process loses its processor to
 * them before its turn is over, and their disk accesses come last. */
void background_become(void);

#endif
