/* One launch: the independent unit of statistics. */
#ifndef MEASURE_LAUNCH_H
#define MEASURE_LAUNCH_H

#include "base/arena.h"
#include "base/err.h"
#include "core/disturbance.h"
#include "core/env.h"
#include "core/harness.h"
#include "measure/schedule.h"
#include "sys/host.h"
#include "sys/proc.h"

struct launch_spec {
	const struct harness *harness;
	struct launch_request request; /* out_dir is filled in here */
	struct env *env;               /* what the prefix provides, with suite and config env set */
	struct block_plan plan;
	const char *work_dir; /* where private directories are made; equal for all arms */
	/* The ends of stdout and stderr are kept here when it, or a bench of it, did not end ok.
	 * NULL: nowhere. */
	const char *log_path;
	double timeout_s; /* 0: DEFAULT_LAUNCH_TIMEOUT_S */
	enum isolation isolation;
	int cpu; /* -1: not pinned */
	/* Words that go before the command: a program that starts it and watches, as a profiler
	 * does. Its numbers are not those of the benchmark. NULL-terminated; NULL: none. */
	const char *const *wrapper;
	enum proc_count count; /* what the kernel counts beside: end.counted */
	const char *keep;      /* one more directory that the job may write to, or NULL; it stays */
};

struct launch {
	struct arena arena;
	const char *const *argv;     /* what was run */
	struct launch_result result; /* outcome included */
	struct sample *samples;      /* one a bench of result; rounds == 0 where there is none */
	struct proc_end end;
	struct host_load before, after;
	double wall_s, cpu_s, rss_bytes;
	double cpu_pressure; /* share of the time that some task waited for a CPU; NAN: not known */
	unsigned disturbed;  /* flags of enum disturbance */
	char *raw;           /* the harness's raw output, at most 16 MiB; NULL when none */
	size_t raw_size;
	bool log_kept;
};
void launch_done(struct launch *launch);

/* Runs it and reads what it left. Nothing of ours runs meanwhile. -1 only for what stops us. */
int launch_run(const struct launch_spec *spec, struct launch *ret, struct err *err);

/* Two launches at the same time (a duet; after Bulej et al., Duet Benchmarking, ICPE 2020): both
 * are prepared whole before either begins, then begin together, specs[0] a hair earlier; each ends
 * as it would alone. Both are pinned to the same CPU, where the kernel lets them take turns every
 * millisecond or few: whatever the machine does to one it does to the other, and their CPU times
 * can be compared. Wall times cannot; a timeout counts double. ret is filled in for both or, on -1,
 * for neither. Specs are of one suite and name one CPU. */
int launch_run_pair(const struct launch_spec specs[2], struct launch ret[2], struct err *err);

/* Flags of enum disturbance: more than 2 % of the CPUs' time stolen, any throttling, others used
 * more than half a CPU. own: what the launch itself used, and its partner in a duet. */
unsigned launch_disturbed(const struct host_load *before, const struct host_load *after,
	int64_t own_cpu_us, int cpus);
/* The share of the time between them that some task on the machine waited for a CPU: the delta of
 * "some" in /proc/pressure/cpu. NAN where the kernel does not tell. */
double launch_cpu_pressure(const struct host_load *before, const struct host_load *after);

/* The sample of a bench: summaries over its rounds. */
void launch_sample(const struct launch_bench *bench, struct sample *ret);

#endif
