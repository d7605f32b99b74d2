#include "harness/harness.h"

#include "base/str.h"
#include "base/suggest.h"
#include "harness/adapter.h"

#include <string.h>

static const struct harness *const harnesses[] = {
	&harness_asv,
	&harness_command,
	&harness_criterion,
	&harness_go,
	&harness_google_benchmark,
	&harness_hyperfine,
	&harness_jmh,
	&harness_lines,
	&harness_nanobench,
	&harness_predicate,
	&harness_pytest_benchmark,
	&harness_pytest_benchmem,
};

const struct harness *const *
harness_all(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(harnesses);
	return harnesses;
}

int
harness_find(const char *name, const struct harness **ret, struct err *err)
{
	const char *names[ARRAY_LEN(harnesses)];
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(harnesses); i++) {
		if (strcmp(name, harnesses[i]->name) == 0) {
			*ret = harnesses[i];
			return 0;
		}
		names[i] = harnesses[i]->name;
		str_addf(&known, "%s%s", i ? ", " : "", names[i]);
	}
	const char *near = suggest(name, names, ARRAY_LEN(names));
	if (near)
		return err_set(
			err, ERR_USAGE, "unknown harness '%.60s': did you mean '%s'?", name, near);
	return err_set(err, ERR_USAGE, "unknown harness '%.60s': known are %s", name, known.p);
}
