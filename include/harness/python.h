/* What the Python harnesses share: the script src/harness/revsweep_pytest.py, which is a pytest
 * plugin and a module for revsweep_asv.py, its input files and its environment. */
#ifndef HARNESS_PYTHON_H
#define HARNESS_PYTHON_H

#include "base/arena.h"
#include "core/harness.h"
#include "ext/json.h"

#define PYTHON_ENV 3

/* Writes the script and what it reads (`only`, `fixed`) to the launch's out_dir. */
int python_prepare(const struct launch_request *request, struct err *err);
/* PYTHON_ENV pairs that tell it what is measured. */
const struct recipe_pair *python_env(const struct launch_request *request, struct arena *arena);

/* Reads OUT/name. *ret stays NULL when it is not there, empty, or broken, which `outcome` says. */
int python_load(const struct launch_output *output, const char *name, struct outcome *outcome,
	struct json **ret, struct err *err);
/* The measured modules must have come from the prefix: the outcome says when they did not. */
void python_judge_origins(const struct json *record, struct outcome *outcome);

#endif
