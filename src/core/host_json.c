#include "core/host_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
copy_text(const struct json_val *object, const char *key, char *buf, size_t n)
{
	const char *text = json_text(json_get(object, key));

	snprintf(buf, n, "%s", text ? text : "unknown");
}

static double
number(const struct json_val *object, const char *key, double most)
{
	double v = json_number(json_get(object, key));

	return v >= 0 && v <= most ? v : 0;
}

void
host_read_json(const struct json_val *v, struct host *ret)
{
	memset(ret, 0, sizeof(*ret));
	copy_text(v, "id", ret->id, sizeof(ret->id));
	copy_text(v, "name", ret->name, sizeof(ret->name));
	copy_text(v, "os", ret->os, sizeof(ret->os));
	copy_text(v, "kernel", ret->kernel, sizeof(ret->kernel));
	copy_text(v, "cpu", ret->cpu, sizeof(ret->cpu));
	copy_text(v, "governor", ret->governor, sizeof(ret->governor));
	copy_text(v, "turbo", ret->turbo, sizeof(ret->turbo));
	copy_text(v, "boot_id", ret->boot_id, sizeof(ret->boot_id));
	ret->cpus = (int)number(v, "cpus", 1e6);
	ret->memory = (uint64_t)number(v, "memory", 1e18);
	ret->virtual = json_is_true(json_get(v, "virtual"));
}
