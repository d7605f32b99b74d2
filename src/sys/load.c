/* How busy the machine is: host_load_read(). */
#include "sys/host.h"

#include "base/parse.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)4 << 20)

/* A file that is not there tells nothing: the text is empty. */
static void
read_text(const char *path, struct str *ret)
{
	struct err unread = ERR_INIT;

	str_clear(ret);
	if (fs_read(path, TEXT_MAX, ret, &unread) < 0)
		str_clear(ret);
}

/* Where our cgroup's cpu.stat may be. */
struct place {
	char *mount; /* of the hierarchy, and which part of it is mounted there */
	char *root;
	char *group; /* our group as /proc/self/cgroup names it */
	bool v2;
};

static void
place_done(struct place *p)
{
	free(p->mount);
	free(p->root);
	free(p->group);
}

static bool
has_word(const char *list, const char *word)
{
	size_t k = strlen(word);

	for (const char *p = list; p && *p; p = strchr(p, ','), p = p ? p + 1 : NULL)
		if (strncmp(p, word, k) == 0 && (p[k] == ',' || p[k] == '\0'))
			return true;
	return false;
}

/* "36 35 98:0 /root /mount options... - cgroup2 source super,options" */
static bool
find_mount(bool v2, struct place *ret)
{
	scoped(str) text = STR_INIT;

	read_text("/proc/self/mountinfo", &text);
	for (char *save = NULL, *line = strtok_r(text.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save)) {
		char *tail = strstr(line, " - "), *rest = NULL, *words[5] = {0};

		if (!tail)
			continue;
		*tail = '\0';
		char *type = strtok_r(tail + 3, " ", &rest);
		strtok_r(NULL, " ", &rest);
		char *options = strtok_r(NULL, " ", &rest);
		if (!type || strcmp(type, v2 ? "cgroup2" : "cgroup") != 0 ||
			(!v2 && !has_word(options, "cpu")))
			continue;
		for (int i = 0; i < 5; i++)
			words[i] = strtok_r(i ? NULL : line, " ", &rest);
		if (!words[4])
			continue;
		ret->root = xstrdup(words[3]);
		ret->mount = xstrdup(words[4]);
		ret->v2 = v2;
		return true;
	}
	return false;
}

/* "4:cpu,cpuacct:/group", "0::/group" */
static bool
find_group(bool v2, struct place *ret)
{
	scoped(str) text = STR_INIT;

	read_text("/proc/self/cgroup", &text);
	for (char *save = NULL, *line = strtok_r(text.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		if (v2 ? names[1] != '\0' : !has_word(names + 1, "cpu"))
			continue;
		ret->group = xstrdup(group);
		return true;
	}
	return false;
}

/* "throttled_usec 123" of version 2, "throttled_time 123" (ns) of version 1; -1: not there. */
static int64_t
read_throttled(const char *dir)
{
	static const struct {
		const char *key;
		int64_t divisor;
	} keys[] = {{"throttled_usec ", 1}, {"throttled_time ", 1000}};
	scoped_free char *path = path_join(dir, "cpu.stat");
	scoped(str) text = STR_INIT;

	read_text(path, &text);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *p = strstr(text.p, keys[i].key);
		if (p)
			return strtoll(p + strlen(keys[i].key), NULL, 10) / keys[i].divisor;
	}
	return -1;
}

/* A quota on any group above ours throttles us too, so that all of them count. */
static int64_t
throttled_in(const struct place *p)
{
	size_t k = strcmp(p->root, "/") == 0 ? 0 : strlen(p->root);
	/* Outside of what is mounted we see the hierarchy from within: the mount is our group. */
	const char *below = strncmp(p->group, p->root, k) == 0 ? p->group + k : "";
	scoped_free char *dir = xasprintf("%s%s", p->mount, below);
	size_t stop = strlen(p->mount);
	int64_t sum = 0;

	for (;;) {
		int64_t t = read_throttled(dir);
		sum += t > 0 ? t : 0;
		char *slash = strrchr(dir, '/');
		if (!slash || (size_t)(slash - dir) < stop)
			return sum;
		*slash = '\0';
	}
}

static int64_t
throttled(void)
{
	int64_t sum = 0;

	for (int v2 = 0; v2 < 2; v2++) {
		struct place p = {0};

		if (find_mount(v2, &p) && find_group(v2, &p))
			sum += throttled_in(&p);
		place_done(&p);
	}
	return sum;
}

/* "cpu  user nice system idle iowait irq softirq steal ..." in clock ticks. */
static void
read_cpu_times(struct host_load *ret)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COUNT };
	scoped(str) text = STR_INIT;
	int64_t ticks[COUNT] = {0};
	long hz = sysconf(_SC_CLK_TCK);

	read_text("/proc/stat", &text);
	if (!str_starts(text.p, "cpu ") || hz <= 0)
		return;
	char *p = text.p + 4;
	for (int i = 0; i < COUNT; i++)
		ticks[i] = strtoll(p, &p, 10);
	int64_t busy = ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] + ticks[SOFTIRQ];
	ret->busy_us = busy * 1000000 / hz;
	ret->steal_us = ticks[STEAL] * 1000000 / hz;
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=123", in microseconds. */
static int64_t
read_cpu_wait(void)
{
	static const char key[] = " total=";
	scoped(str) text = STR_INIT;

	read_text("/proc/pressure/cpu", &text);
	const char *total = str_starts(text.p, "some ") ? strstr(text.p, key) : NULL;
	return total ? strtoll(total + strlen(key), NULL, 10) : -1;
}

void
host_load_read(struct host_load *ret)
{
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	memset(ret, 0, sizeof(*ret));
	read_text("/proc/loadavg", &text);
	char *space = strchr(text.p, ' ');
	if (space) {
		*space = '\0';
		if (parse_double(text.p, &ret->load1, &err) < 0)
			ret->load1 = 0;
	}
	read_cpu_times(ret);
	ret->throttled_us = throttled();
	ret->cpu_wait_us = read_cpu_wait();
	ret->monotonic_ns = clock_monotonic_ns();
}
