#include "base/format.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Three significant digits without an exponent, for 0 <= v < 1000. */
static int
decimals_for(double v)
{
	double a = fabs(v);

	return a >= 99.95 ? 0 : a >= 9.995 ? 1 : 2;
}

static char *
with_unit(double v, const char *unit, char *buf, size_t n)
{
	snprintf(buf, n, "%.*f %s", decimals_for(v), v, unit);
	return buf;
}

char *
format_duration(double s, char *buf, size_t n)
{
	double a = fabs(s);

	if (!isfinite(s))
		snprintf(buf, n, "-");
	else if (a == 0)
		snprintf(buf, n, "0 s");
	else if (a < 999.5e-9)
		with_unit(s * 1e9, "ns", buf, n);
	else if (a < 999.5e-6)
		with_unit(s * 1e6, "us", buf, n);
	else if (a < 999.5e-3)
		with_unit(s * 1e3, "ms", buf, n);
	else if (a < 119.5)
		with_unit(s, "s", buf, n);
	else if (a < 3570)
		snprintf(buf, n, "%dm %02ds", (int)(a + .5) / 60, (int)(a + .5) % 60);
	else
		snprintf(buf, n, "%.0fh %02dm", floor((a + 30) / 3600),
			(int)fmod((a + 30) / 60, 60));
	return buf;
}

char *
format_size(double bytes, char *buf, size_t n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t k = 0;
	double v = bytes;

	if (!isfinite(bytes)) {
		snprintf(buf, n, "-");
		return buf;
	}
	while (fabs(v) >= 1000 && k + 1 < ARRAY_LEN(units)) {
		v /= 1024;
		k++;
	}
	if (k == 0)
		snprintf(buf, n, "%.0f B", v);
	else
		with_unit(v, units[k], buf, n);
	return buf;
}

char *
format_value(double v, const char *unit, char *buf, size_t n)
{
	if (strcmp(unit, "s") == 0)
		return format_duration(v, buf, n);
	if (strcmp(unit, "B") == 0)
		return format_size(v, buf, n);
	if (!isfinite(v)) {
		snprintf(buf, n, "-");
		return buf;
	}
	static const char *const steps[] = {"", "k", "M", "G", "T"};
	double scaled = v;
	size_t k = 0;
	/* Four digits are still read at a glance. */
	while (fabs(scaled) >= (k ? 999.5 : 9999.5) && k + 1 < ARRAY_LEN(steps)) {
		scaled /= 1000;
		k++;
	}
	snprintf(buf, n, "%.*g%s%s%s", k ? 3 : 4, scaled, steps[k], *unit ? " " : "", unit);
	return buf;
}

char *
format_change(double ratio, char *buf, size_t n)
{
	double pct = (ratio - 1) * 100;

	if (!isfinite(ratio))
		snprintf(buf, n, "-");
	else if (fabs(pct) < 0.005)
		snprintf(buf, n, "0.0%%");
	else if (fabs(pct) >= 999.5)
		snprintf(buf, n, "x%.3g", ratio);
	else
		snprintf(buf, n, "%+.*f%%",
			fabs(pct) >= 99.95   ? 0
			: fabs(pct) >= 0.095 ? 1
					     : 2,
			pct);
	return buf;
}

char *
format_json_number(double v, char *buf, size_t n)
{
	if (!isfinite(v)) {
		snprintf(buf, n, "null");
		return buf;
	}
	/* Whole numbers, zero first of all, are many and cheap. */
	if (fabs(v) < 1e15 && v == trunc(v) && !(v == 0 && signbit(v))) {
		snprintf(buf, n, "%jd", (intmax_t)v);
		return buf;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, n, "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	return buf;
}

/* A decimal number: its digits without leading and trailing zeros, 0.d1d2d3... times 10^point. */
struct decimal {
	char digits[20];
	int n, point;
};

/* v > 0, rounded to so many digits, and then `up` units of the last one more. */
static void
decimal_of(double v, int digits, int up, struct decimal *ret)
{
	char text[40];
	long long whole = 0;

	snprintf(text, sizeof(text), "%.*e", digits - 1, v);
	char *e = strchr(text, 'e');
	for (const char *p = text; p < e; p++)
		whole = *p == '.' ? whole : whole * 10 + (*p - '0');
	ret->n = snprintf(ret->digits, sizeof(ret->digits), "%lld", whole + up);
	ret->point = (int)strtol(e + 1, NULL, 10) + 1 + (ret->n - digits);
	while (ret->n > 1 && ret->digits[ret->n - 1] == '0')
		ret->digits[--ret->n] = '\0';
}

static double
value_of(const struct decimal *d)
{
	char text[40];

	snprintf(text, sizeof(text), "0.%se%d", d->digits, d->point);
	return strtod(text, NULL);
}

/* Subnormal numbers have fewer digits. With fifteen there is at most one candidate; with sixteen
 * the nearest may be another double, where these lie closer together below than above, while the
 * next reads back. */
static void
shortest(double v, struct decimal *ret)
{
	static const struct {
		int digits, up;
	} tries[] = {{15, 0}, {16, 0}, {16, 1}};

	for (int digits = 1; v < DBL_MIN && digits < 15; digits++) {
		decimal_of(v, digits, 0, ret);
		if (value_of(ret) == v)
			return;
	}
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		decimal_of(v, tries[i].digits, tries[i].up, ret);
		if (value_of(ret) == v)
			return;
	}
	decimal_of(v, 17, 0, ret);
}

char *
format_python_float(double v, char *buf, size_t n)
{
	const char *sign = signbit(v) ? "-" : "";
	struct decimal d = {"0", 1, 1};

	if (!isfinite(v)) {
		snprintf(buf, n, "%s", isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity");
		return buf;
	}
	if (v != 0)
		shortest(fabs(v), &d);
	if (d.point <= -4 || d.point > 16)
		snprintf(buf, n, "%s%c%s%se%+03d", sign, d.digits[0], d.n > 1 ? "." : "",
			d.digits + 1, d.point - 1);
	else if (d.point <= 0)
		snprintf(buf, n, "%s0.%.*s%s", sign, -d.point, "0000", d.digits);
	else if (d.point >= d.n)
		snprintf(buf, n, "%s%s%.*s.0", sign, d.digits, d.point - d.n, "0000000000000000");
	else
		snprintf(buf, n, "%s%.*s.%s", sign, d.point, d.digits, d.digits + d.point);
	return buf;
}
