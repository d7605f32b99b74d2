/* What all ways of `simulate` are told. */
#include "cli/simulate.h"

#include "base/parse.h"
#include "judge/judge.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS_MAX 10000
#define REPLAYS_MAX 10000000
#define THREADS_MAX 256

int
simulate_number(
	const char *option, const char *text, uint64_t max, unsigned *value, struct err *err)
{
	uint64_t n;

	if (!text)
		return 0;
	if (parse_u64(text, max, &n, err) < 0)
		return err_wrap(err, "%s", option);
	if (n == 0)
		return err_set(err, ERR_USAGE, "%s must be at least 1", option);
	*value = (unsigned)n;
	return 0;
}

int
simulate_percent(const char *option, const char *text, double *ret, struct err *err)
{
	double x;

	if (!text)
		return 0;
	size_t n = strlen(text);
	if (n < 2 || text[n - 1] != '%')
		return err_set(
			err, ERR_USAGE, "%s is a percentage, like 1%%, not '%.40s'", option, text);
	scoped_free char *digits = xstrndup(text, n - 1);
	if (parse_double(digits, &x, err) < 0)
		return err_wrap(err, "%s", option);
	if (!(x > -100))
		return err_set(err, ERR_USAGE, "%s must be above -100%%", option);
	*ret = log1p(x / 100);
	return 0;
}

static int
share(const char *option, const char *text, bool zero, double *value, struct err *err)
{
	double x;

	if (!text)
		return 0;
	if (parse_double(text, &x, err) < 0)
		return err_wrap(err, "%s", option);
	if (!(x > 0 && x < 1) && !(zero && x == 0))
		return err_set(err, ERR_USAGE, "%s lies between 0 and 1, not %s", option, text);
	*value = x;
	return 0;
}

static int
clock_of(const char *text, enum bench_clock *ret, struct err *err)
{
	if (text && strcmp(text, "cpu") != 0 && strcmp(text, "wall") != 0)
		return err_set(err, ERR_USAGE, "unknown clock '%.40s' (wall or cpu)", text);
	*ret = text && strcmp(text, "cpu") == 0 ? CLOCK_KIND_CPU : CLOCK_KIND_WALL;
	return 0;
}

int
simulate_limits(struct app *app, struct simulate_limits *ret, struct err *err)
{
	const struct args *args = &app->args;
	const char *gate = args->gate ? args->gate : JUDGE_DEFAULT_GATE;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*ret = (struct simulate_limits){.gated = args->gate != NULL,
		.alpha = 0.01,
		.beta = 0.05,
		.blocks = 100,
		.launches = 10,
		.replays = 2000,
		.threads = cpus > 0 && cpus <= THREADS_MAX ? (unsigned)cpus : 1,
		.seed = 1};
	if (gate_parse(gate, NULL, &app->arena, &ret->gate, err) < 0 ||
		share("--alpha", args->alpha, false, &ret->alpha, err) < 0 ||
		share("--beta", args->beta, true, &ret->beta, err) < 0 ||
		simulate_percent("--shift", args->shift, &ret->shift, err) < 0 ||
		clock_of(args->clock, &ret->clock, err) < 0 ||
		simulate_number("--blocks", args->blocks, BLOCKS_MAX, &ret->blocks, err) < 0 ||
		simulate_number("--launches", args->launches, BLOCKS_MAX, &ret->launches, err) <
			0 ||
		simulate_number("--replays", args->replays, REPLAYS_MAX, &ret->replays, err) < 0 ||
		simulate_number("--threads", args->threads, THREADS_MAX, &ret->threads, err) < 0)
		return -1;
	if (args->seed && parse_u64(args->seed, UINT64_MAX, &ret->seed, err) < 0)
		return err_wrap(err, "--seed");
	if (ret->gate.ceiling)
		return err_set(err, ERR_USAGE, "there is nothing to simulate about a ceiling: '%s'",
			ret->gate.text);
	if (strcmp(ret->gate.metric, "time") != 0)
		return err_set(err, ERR_USAGE, "traces hold times, not '%s'", ret->gate.metric);
	return 0;
}

static int
summary_bit(const char *name, size_t n, unsigned *bits, struct err *err)
{
	for (unsigned s = 0; s < SUMMARY_COUNT; s++) {
		const char *known = summary_name((enum summary)s);

		if (strlen(known) == n && strncmp(known, name, n) == 0) {
			*bits |= 1u << s;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE,
		"unknown summary '%.*s' (min, q25, median, mean, cpu_q25, cpu_median or cpu_mean)",
		(int)(n < 40 ? n : 40), name);
}

int
simulate_summaries(const char *text, unsigned *ret, struct err *err)
{
	unsigned bits = 0;

	if (!text) {
		*ret = ~0u;
		return 0;
	}
	for (const char *p = text;; p++) {
		size_t n = strcspn(p, ",");

		if (summary_bit(p, n, &bits, err) < 0)
			return -1;
		p += n;
		if (!*p)
			break;
	}
	*ret = bits;
	return 0;
}
