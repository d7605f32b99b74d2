/* Running other people's programs: builds and benchmarks.
 *
 * Nothing is started by revsweep itself. It spawns the small helper revsweep-exec, which becomes
 * the session leader and subreaper of the job, applies limits and the write policy, runs the
 * command `rounds` times, wait4()s each, and reports one record a round. (A child inherits its
 * parent's peak RSS; the helper's is below 2 MiB.) The job is over when the command itself has
 * ended. Then, on a timeout, on a stop and when revsweep dies, the helper kills the whole tree:
 * process group, daemonised grandchildren, everything.
 *
 * Thread-safe: several jobs may run at once from several threads. */
#ifndef SYS_PROC_H
#define SYS_PROC_H

#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum proc_how {
	PROC_EXITED,       /* exit_code */
	PROC_SIGNALED,     /* signal */
	PROC_TIMED_OUT,    /* killed by us */
	PROC_OUTPUT_LIMIT, /* killed by us: it printed more than output_max */
	PROC_NOT_STARTED,  /* exec failed: sys_errno */
	PROC_LOST,         /* the helper itself died */
};

/* What the kernel counts of all processes of a job, in user mode, from the command's exec on. */
enum proc_count {
	PROC_COUNT_NOTHING,
	PROC_COUNT_INSTRUCTIONS, /* a counter of the processor: few virtual machines have it */
	PROC_COUNT_FAULTS,       /* page faults: for tests, everywhere */
};

#define PROC_LAYOUTS 16384

struct proc_spec {
	const char *const *argv; /* argv[0] is looked up in env's PATH unless it has a slash */
	const char *const *env;  /* the whole environment, NULL-terminated "NAME=value" */
	const char *cwd;
	const char *stdout_path; /* truncated and written; NULL: discarded */
	const char *stderr_path; /* the same text as stdout_path: both go to one file, in order */
	bool append;             /* append to the files instead of truncating them */
	uint64_t timeout_ns;     /* for all rounds together; 0: none */
	uint64_t output_max;     /* bytes a stream; 0: 16 MiB */
	uint64_t file_max;       /* RLIMIT_FSIZE in bytes; 0: 4 GiB */
	unsigned rounds;         /* executions; 0 counts as 1; a round that fails is the last */
	uint64_t rounds_ns;      /* also go on until this much was measured in total */
	unsigned rounds_max;     /* but no further than this (0: `rounds` exactly) */
	unsigned warmup;         /* executions before the first round that are not recorded */
	int cpu;                 /* pin to this CPU; -1: do not */
	/* Let another process have the CPU after so long, where the kernel can (Linux 6.12); 0: as
	 * long as is usual. A wish: nothing fails without it. */
	unsigned slice_us;
	/* Jobs of the same number (1 to PROC_LAYOUTS) have stack, heap and libraries at the same
	 * addresses, where the kernel lets us switch its own drawing off; 0: it draws for each. */
	unsigned layout;
	enum proc_count count; /* asked for only where proc_can_count() says so */
	/* Landlock: directories below which the job may write, NULL-terminated; NULL: anywhere.
	 * /dev/null, /dev/tty, /dev/shm and the like are always allowed. */
	const char *const *writable;
	/* Readable: end the job as if the user had asked to stop. 0: there is no such thing. */
	int cancel_fd;
};

/* One execution, as wait4 and CLOCK_MONOTONIC saw it. */
struct proc_round {
	int64_t wall_ns;
	int64_t user_us, sys_us;
	int64_t maxrss_kib;
	int64_t minflt, majflt, nvcsw, nivcsw;
};

struct proc_end {
	enum proc_how how;
	int exit_code, signal, sys_errno;
	int64_t wall_ns;               /* of the whole job, from its release on */
	int64_t cpu_us;                /* of the whole tree, warm-up and the helper included */
	int64_t counted;               /* of all rounds, warm-up included; -1: nothing */
	unsigned leftovers;            /* processes that outlived the command and were killed */
	bool confined;                 /* the write policy was asked for and held */
	vec(struct proc_round) rounds; /* completed ones, in order */
};
void proc_end_done(struct proc_end *end);

/* Runs a job to its end. -1 only when revsweep could not do its part: the helper is missing, an
 * output file cannot be made (ERR_RESOURCES, ERR_ENVIRONMENT), or the user asked to stop
 * (ERR_STOPPED; the tree is dead by then). ret is valid in every case and must be done with. */
int proc_run(const struct proc_spec *spec, struct proc_end *ret, struct err *err);

/* Runs two jobs at the same time. Both are prepared as far as they can be, then their commands are
 * started at once, specs[0] a hair before specs[1]; each goes to its own end. One that cannot be
 * started holds up the other until that is known. -1 as for proc_run(), when either fails so. */
int proc_run_pair(const struct proc_spec specs[2], struct proc_end ret[2], struct err *err);

/* The path of a program that is installed with revsweep, "revsweep-exec": where the environment's
 * `variable` says, beside this program, or in ../libexec/revsweep. The caller frees. */
int proc_find_helper(const char *name, const char *variable, char **ret, struct err *err);

/* "exited with 2", "killed by SIGSEGV", "timed out after 5.00 s", ... */
char *proc_end_text(const struct proc_end *end, char *buf, size_t n);

/* Whether it can be counted here, tried on ourselves. */
bool proc_can_count(enum proc_count what);

/* Whether this kernel enforces proc_spec.writable, tried in a child, not asked by version. */
bool proc_can_confine(void);

#endif
