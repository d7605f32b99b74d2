/* Any bytes as revsweep.yml: never a crash, errors say where, and what is accepted keeps the
 * promises of the header. */
#include "core/config.h"

#include "base/str.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_texts(const char *const *texts)
{
	assert(texts);
	while (*texts)
		texts++;
}

static void
check_config(const struct config *config)
{
	assert(config->measure.blocks_min >= 1);
	assert(config->measure.blocks_min <= config->measure.blocks_max);
	assert(config->measure.alpha > 0 && config->measure.alpha <= 0.5);
	assert(isolation_name(config->isolation));
	check_texts(config->measure.metrics);
	check_texts(config->pass_env);
	for (size_t i = 0; i < config->n_suites; i++) {
		const struct suite *suite = &config->suites[i];

		assert(suite->name && *suite->name && suite->harness);
		assert(suite_from_name(suite->from));
		check_texts(suite->paths);
		check_texts(suite->args);
		check_texts(suite->select);
		check_texts(suite->include);
		(void)settings_for(config, suite);
	}
	for (size_t i = 0; i < config->n_gates; i++)
		assert(config->gates[i].text && config->gates[i].limit >= 0);
	for (size_t i = 0; i < config->n_with; i++)
		assert(config->with[i].name && config->with[i].value);
	if (config->inline_recipe)
		check_texts(config->inline_recipe->needs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct config config;

	if (config_parse((const char *)data, n, "c.yml", &arena, &config, &err) == 0) {
		check_config(&config);
	} else {
		assert(err.kind == ERR_USAGE);
		assert(str_starts(err.text, "c.yml:"));
	}
	arena_done(&arena);
	return 0;
}
