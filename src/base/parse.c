#include "base/parse.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int
parse_u64(const char *s, uint64_t max, uint64_t *ret, struct err *err)
{
	char *end = NULL;

	errno = 0;
	unsigned long long v = isdigit((unsigned char)s[0]) ? strtoull(s, &end, 10) : 0;
	if (!end || *end || errno)
		return err_set(err, ERR_USAGE, "'%.60s' is not a whole number", s);
	if (v > max)
		return err_set(
			err, ERR_USAGE, "'%.60s' is too large (at most %ju)", s, (uintmax_t)max);
	*ret = v;
	return 0;
}

/* A plain decimal number at the start of s, with the rest in *ret_end; NULL when there is none. The
 * program never sets LC_NUMERIC, so strtod reads a point. */
static const char *
number_prefix(const char *s, double *ret)
{
	const char *digits = s + (*s == '-' || *s == '+');
	char *end = NULL;

	if (!isdigit((unsigned char)digits[0]) &&
		!(digits[0] == '.' && isdigit((unsigned char)digits[1])))
		return NULL;
	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
		return NULL;
	double v = strtod(s, &end);
	if (!isfinite(v))
		return NULL;
	*ret = v;
	return end;
}

int
parse_double(const char *s, double *ret, struct err *err)
{
	double v = 0;
	const char *end = number_prefix(s, &v);

	if (!end || *end)
		return err_set(err, ERR_USAGE, "'%.60s' is not a number", s);
	*ret = v;
	return 0;
}

struct unit {
	const char *name;
	double factor;
};

static const struct unit duration_units[] = {{"", 1}, {"ns", 1e-9}, {"us", 1e-6}, {"µs", 1e-6},
	{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {NULL, 0}};

static const struct unit size_units[] = {{"", 1}, {"B", 1}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6},
	{"GB", 1e9}, {"TB", 1e12}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0},
	{"TiB", 1099511627776.0}, {NULL, 0}};

static int
parse_with_unit(
	const char *s, const struct unit *units, const char *what, double *ret, struct err *err)
{
	double v = 0;
	const char *end = number_prefix(s, &v);

	if (!end || v < 0)
		return err_set(err, ERR_USAGE, "'%.60s' is not a %s", s, what);
	while (*end == ' ')
		end++;
	for (const struct unit *u = units; u->name; u++) {
		if (strcmp(end, u->name) == 0) {
			*ret = v * u->factor;
			return 0;
		}
	}
	return err_set(
		err, ERR_USAGE, "'%.60s' has an unknown unit '%.20s' for a %s", s, end, what);
}

int
parse_duration(const char *s, double *ret_s, struct err *err)
{
	return parse_with_unit(s, duration_units, "duration such as 500ms, 5s or 10m", ret_s, err);
}

int
parse_size(const char *s, double *ret_bytes, struct err *err)
{
	return parse_with_unit(s, size_units, "size such as 64KiB or 5MiB", ret_bytes, err);
}

int
parse_bool(const char *s, bool *ret, struct err *err)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(s, yes[i]) == 0 || strcasecmp(s, no[i]) == 0) {
			*ret = strcasecmp(s, yes[i]) == 0;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%.60s' is neither yes nor no", s);
}
