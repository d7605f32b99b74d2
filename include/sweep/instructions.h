/* Counting the instructions that a launch executes: by the processor's own counter, where this
 * machine has one, else under callgrind. Inside of a process only callgrind can. */
#ifndef SWEEP_INSTRUCTIONS_H
#define SWEEP_INSTRUCTIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "sweep/why.h"

#include <stdbool.h>
#include <stddef.h>

/* ERR_ENVIRONMENT, with what to install, when this machine has no means to. */
int instructions_check(bool inside, struct err *err);

/* The path of valgrind on our own PATH, or NULL. The caller frees. */
char *instructions_valgrind(void);
/* The words that go before a command to have callgrind write a file a process into dir; inside: a
 * file each time that the process calls revsweep_alloc_call(), and nothing else counts.
 * NULL-terminated, in the arena. */
const char *const *instructions_wrapper(
	const char *valgrind, const char *dir, bool inside, struct arena *arena);
/* What was executed in the first n of these calls; NAN for one that is not there. */
int instructions_calls(const char *dir, double *values, size_t n, struct err *err);
/* Adds up the files that it left in dir. How many were read, and how many were too large. */
struct instructions_read {
	size_t read, left_out;
};
int instructions_read(
	const char *dir, struct why_side *side, struct instructions_read *ret, struct err *err);

#endif
