/* Standard error: the one place that writes to it, so that lines of all threads stay whole, and
 * what moves (lines that are drawn anew in place) stays below them. */
#ifndef CLI_TALK_H
#define CLI_TALK_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* It is a terminal on which lines can be drawn again. */
bool talk_can_move(void);
/* A line with its newline, above what moves. Nothing in it is a command to talk_runner(). */
void talk_line(const char *line);
/* Whether a runner of GitHub Actions reads what we write. */
bool talk_runner(void);
/* Lines that are commands to it. */
void talk_commands(const char *lines);
/* Draws these lines in place of those that moved so far, each cut to the width of the terminal; no
 * more of them than its height less 2. n 0: nothing moves any more. */
void talk_move(const struct str *lines, size_t n);
/* How many lines may move now. */
size_t talk_room(void);

#endif
