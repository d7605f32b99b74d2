/* What this machine is, and how busy it is right now. */
#ifndef SYS_HOST_H
#define SYS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fixed while the machine is up. Unknown texts are "unknown". */
struct host {
	char name[65];
	char os[128];     /* "Debian GNU/Linux 12 (bookworm)" */
	char kernel[128]; /* "Linux 6.18.0 x86_64" */
	char cpu[128];    /* model name */
	int cpus;         /* online */
	uint64_t memory;  /* bytes */
	char governor[32];
	char turbo[16]; /* "on", "off", "unknown" */
	bool virtual;   /* a hypervisor is visible */
	char boot_id[40];
	char id[17]; /* 16 hex digits of a digest over cpu, cpus, memory, kernel release */
};
void host_read(struct host *ret);
/* As members of the JSON object that is open in w. */
struct jsonw;
void host_write(const struct host *host, struct jsonw *w);

/* Counters to be subtracted around a launch. */
struct host_load {
	double load1;         /* run-queue average over a minute */
	int64_t busy_us;      /* CPU time used by everybody, all CPUs */
	int64_t steal_us;     /* taken away by the hypervisor */
	int64_t throttled_us; /* of our cgroup, 0 when there is no quota */
	int64_t cpu_wait_us;  /* some task waited for a CPU ("some" of PSI); -1 when not known */
	int64_t monotonic_ns;
};
void host_load_read(struct host_load *ret);

/* Whether this process may run on the processor. */
bool host_has_cpu(int cpu);
/* How many CPUs this process may run on. */
unsigned host_usable_cpus(void);
/* The draw-th of those it may run on, counted round and round. */
int host_draw_cpu(uint64_t draw);

#endif
