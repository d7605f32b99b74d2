/* The processes of a session. */
#ifndef SYS_SESSION_H
#define SYS_SESSION_H

#include <sys/types.h>

/* Kills every process of a session whose leader is dead but not reaped (so that its number is
 * still its own). What moved to another session is out of reach. */
void session_kill(pid_t leader);

#endif
