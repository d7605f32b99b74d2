/* The wish to stop. SIGINT, SIGTERM and SIGHUP set it once; whoever waits for something also polls
 * stop_fd(). main re-raises the signal (stop_reraise) after everything is saved. */
#ifndef SYS_STOP_H
#define SYS_STOP_H

#include <stdbool.h>

/* Installs the handlers. A signal that was ignored at start (nohup) stays ignored. The second
 * signal kills at once: the default action is back in place. */
void stop_install(void);
bool stop_requested(void);
int stop_fd(void);       /* readable for ever once a stop was requested; -1 before install */
void stop_reraise(void); /* default action, raise; does not return when a signal came */

#endif
