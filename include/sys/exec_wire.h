/* What src/sys/proc.c and the helper revsweep-exec say to each other over the control socket. One
 * build makes both; the magic number refuses a helper of another one. */
#ifndef SYS_EXEC_WIRE_H
#define SYS_EXEC_WIRE_H

#include "sys/proc.h"

#include <stdint.h>

#define EXEC_MAGIC 0x52535806u

/* Descriptors the helper is born with. Its socket's end of file means: kill the tree. */
enum { EXEC_CONTROL_FD = 3, EXEC_STDOUT_FD = 4, EXEC_STDERR_FD = 5 };

enum {
	EXEC_KEEP_STDOUT = 1, /* EXEC_STDOUT_FD is open */
	EXEC_KEEP_STDERR = 2, /* EXEC_STDERR_FD is open */
	EXEC_MERGE = 4,       /* stderr goes where stdout goes */
	EXEC_CONFINE = 8,
	EXEC_HOLD = 16, /* say EXEC_READY before the command is started, and wait for one byte */
};

/* The first thing sent. text_size bytes of NUL-terminated texts follow: cwd (empty: stay), then
 * n_argv, n_env and n_writable of them. */
struct exec_job {
	uint32_t magic, flags;
	uint32_t n_argv, n_env, n_writable;
	uint32_t rounds, rounds_max, warmup;
	int32_t cpu;
	uint32_t slice_us;
	uint32_t layout, count; /* enum proc_count */
	uint64_t timeout_ns, rounds_ns, output_max, file_max;
	uint64_t text_size;
};

enum exec_kind {
	EXEC_HELLO = 1, /* the job was understood */
	EXEC_READY,     /* held: only the command itself is missing */
	EXEC_ROUND,
	EXEC_END, /* the last message */
};

/* What failed when the helper could not do its part. */
enum exec_trouble {
	EXEC_FINE,
	EXEC_NO_PIPES,
	EXEC_NO_LIMITS,
	EXEC_NO_CPU,
	EXEC_NO_WRITABLE, /* trouble_index: which of the writable directories */
	EXEC_NO_OUTPUT,   /* an output file cannot be written */
	EXEC_UNKILLABLE,  /* processes that did not go after SIGKILL */
};

struct exec_end {
	int32_t how; /* enum proc_how */
	int32_t exit_code, signal, sys_errno;
	int32_t trouble; /* enum exec_trouble */
	uint32_t trouble_index;
	uint32_t leftovers, confined;
	int64_t wall_ns, cpu_us;
	int64_t counted; /* -1: nothing */
};

struct exec_message {
	uint32_t kind; /* enum exec_kind */
	uint32_t reserved;
	union {
		struct proc_round round;
		struct exec_end end;
	};
};

#endif
