#include "sys/host.h"

#include "base/jsonw.h"
#include "base/str.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FACTS_MAX ((size_t)1 << 20) /* /proc/cpuinfo of a very large machine */

/* What cannot be read is unknown, never an error. */
static void
read_fact(const char *path, struct str *ret)
{
	struct err unread = ERR_INIT;

	str_clear(ret);
	if (fs_read(path, FACTS_MAX, ret, &unread) < 0)
		str_clear(ret);
	str_trim(ret);
}

static void
copy(char *to, size_t n, const char *from)
{
	snprintf(to, n, "%s", from && *from ? from : "unknown");
}

/* The rest of the first line that begins with key, without what separates them. */
static void
field(const char *text, const char *key, const char *separators, char *ret, size_t n)
{
	size_t k = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, k) != 0 || !line[k] || !strchr(separators, line[k]))
			continue;
		line += k + strspn(line + k, separators);
		scoped_free char *value = xstrndup(line, strcspn(line, "\n"));
		value[strcspn(value, "\"")] = '\0';
		copy(ret, n, value);
		return;
	}
	copy(ret, n, NULL);
}

static void
read_cpu(struct host *ret)
{
	scoped(str) text = STR_INIT;
	char flags[4096];

	read_fact("/proc/cpuinfo", &text);
	field(text.p, "model name", "\t :", ret->cpu, sizeof(ret->cpu));
	if (str_eq(ret->cpu, "unknown")) /* other architectures than x86 */
		field(text.p, "Model", "\t :", ret->cpu, sizeof(ret->cpu));
	if (str_eq(ret->cpu, "unknown"))
		field(text.p, "cpu", "\t :", ret->cpu, sizeof(ret->cpu));
	field(text.p, "flags", "\t :", flags, sizeof(flags));
	ret->virtual = strstr(flags, "hypervisor") || fs_exists("/sys/hypervisor/type") ||
		       fs_exists("/proc/device-tree/hypervisor");
}

static void
read_frequency(struct host *ret)
{
	scoped(str) text = STR_INIT;

	read_fact("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", &text);
	copy(ret->governor, sizeof(ret->governor), text.p);
	copy(ret->turbo, sizeof(ret->turbo), NULL);
	read_fact("/sys/devices/system/cpu/intel_pstate/no_turbo", &text);
	if (text.n) {
		copy(ret->turbo, sizeof(ret->turbo), str_eq(text.p, "0") ? "on" : "off");
		return;
	}
	read_fact("/sys/devices/system/cpu/cpufreq/boost", &text);
	if (text.n)
		copy(ret->turbo, sizeof(ret->turbo), str_eq(text.p, "1") ? "on" : "off");
}

/* FNV-1a, 64 bits: it tells machines apart, it protects nothing. */
static uint64_t
add_hash(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

static void
make_id(struct host *ret, const char *release)
{
	char numbers[64];
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	/* In steps of 256 MiB: what the kernel keeps for itself differs a little between boots. */
	snprintf(numbers, sizeof(numbers), "%d %" PRIu64, ret->cpus, ret->memory >> 28);
	h = add_hash(h, ret->cpu);
	h = add_hash(h, numbers);
	h = add_hash(h, release);
	snprintf(ret->id, sizeof(ret->id), "%016" PRIx64, h);
}

void
host_read(struct host *ret)
{
	scoped(str) text = STR_INIT;
	struct utsname names = {0};
	struct sysinfo info = {0};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	memset(ret, 0, sizeof(*ret));
	uname(&names);
	copy(ret->name, sizeof(ret->name), names.nodename);
	snprintf(ret->kernel, sizeof(ret->kernel), "%.20s %.64s %.20s", names.sysname,
		names.release, names.machine);
	read_fact("/etc/os-release", &text);
	field(text.p, "PRETTY_NAME", "=\"", ret->os, sizeof(ret->os));
	read_cpu(ret);
	read_frequency(ret);
	ret->cpus = cpus > 0 ? (int)cpus : 1;
	if (sysinfo(&info) == 0)
		ret->memory = (uint64_t)info.totalram * info.mem_unit;
	read_fact("/proc/sys/kernel/random/boot_id", &text);
	copy(ret->boot_id, sizeof(ret->boot_id), text.p);
	make_id(ret, names.release);
}

void
host_write(const struct host *host, struct jsonw *w)
{
	jsonw_text(w, "name", host->name);
	jsonw_text(w, "os", host->os);
	jsonw_text(w, "kernel", host->kernel);
	jsonw_text(w, "cpu", host->cpu);
	jsonw_int(w, "cpus", host->cpus);
	jsonw_int(w, "memory", (int64_t)host->memory);
	jsonw_text(w, "governor", host->governor);
	jsonw_text(w, "turbo", host->turbo);
	jsonw_bool(w, "virtual", host->virtual);
	jsonw_text(w, "boot_id", host->boot_id);
	jsonw_text(w, "id", host->id);
}

bool
host_has_cpu(int cpu)
{
	cpu_set_t set;

	return cpu >= 0 && cpu < CPU_SETSIZE && sched_getaffinity(0, sizeof(set), &set) == 0 &&
	       CPU_ISSET((unsigned)cpu, &set);
}

unsigned
host_usable_cpus(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
	return online > 0 ? (unsigned)online : 1;
}

int
host_draw_cpu(uint64_t draw)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) == 0)
		return 0;
	uint64_t left = draw % (uint64_t)CPU_COUNT(&set);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((unsigned)cpu, &set) && left-- == 0)
			return cpu;
	return 0;
}
