/* A machine as host_write() of sys/host.h put it down. */
#ifndef CORE_HOST_JSON_H
#define CORE_HOST_JSON_H

#include "ext/json.h"
#include "sys/host.h"

/* What is missing or of the wrong type is "unknown" or 0. */
void host_read_json(const struct json_val *v, struct host *ret);

#endif
