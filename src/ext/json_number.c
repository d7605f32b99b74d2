#include "ext/json_number.h"

#include "base/mem.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

/* A number's digits as a whole number, and the power of ten that it is times. */
struct decimal {
	uint64_t digits;
	int n_digits; /* that count: from the first that is not zero */
	int exponent;
	bool negative;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
take_digits(const char *p, const char *end, struct decimal *d)
{
	for (; p < end && is_digit(*p); p++) {
		d->digits = d->digits * 10 + (uint64_t)(*p - '0');
		d->n_digits += d->digits != 0;
	}
	return p;
}

static const char *
take_exponent(const char *p, const char *end, struct decimal *d)
{
	bool negative = false;
	int e = 0;

	p++;
	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	if (p == end || !is_digit(*p))
		return NULL;
	for (; p < end && is_digit(*p); p++)
		e = e < 100000 ? e * 10 + (*p - '0') : e;
	d->exponent += negative ? -e : e;
	return p;
}

/* Behind the number at p; NULL when there is none. */
static const char *
split(const char *p, const char *end, struct decimal *d)
{
	d->negative = p < end && *p == '-';
	p += d->negative;
	if (p == end || !is_digit(*p) || (*p == '0' && p + 1 < end && is_digit(p[1])))
		return NULL;
	p = take_digits(p, end, d);
	if (p < end && *p == '.') {
		const char *from = ++p;

		p = take_digits(p, end, d);
		if (p == from)
			return NULL;
		d->exponent = -(int)(p - from);
	}
	if (p < end && (*p | 0x20) == 'e')
		p = take_exponent(p, end, d);
	return p;
}

#if LDBL_MANT_DIG == 64 && LDBL_MAX_EXP == 16384
/* The 64 bits of an x87 number hold 19 digits, and powers of ten up to 27, exactly; one product or
 * quotient of them is off by half of its last bit at most. Rounding that to the 53 bits of a double
 * is right unless the 11 bits that fall off lie within one of the middle. */
static bool
fast(const struct decimal *d, double *ret)
{
	static const long double powers[] = {1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L,
		1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
		1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
	int e = d->exponent;
	uint64_t mantissa;

	if (d->n_digits > 19 || e < -27 || e > 27)
		return false;
	long double x = (long double)d->digits;
	x = e < 0 ? x / powers[-e] : x * powers[e];
	memcpy(&mantissa, &x, sizeof(mantissa));
	unsigned rest = mantissa & 0x7ff;
	if (rest >= 0x3ff && rest <= 0x401)
		return false;
	*ret = d->negative ? -(double)x : (double)x;
	return true;
}
#else
static bool
fast(const struct decimal *d, double *ret)
{
	(void)d;
	(void)ret;
	return false;
}
#endif

static double
slow(const char *p, size_t n)
{
	char text[64];

	if (n < sizeof(text)) {
		memcpy(text, p, n);
		text[n] = '\0';
		return strtod(text, NULL);
	}
	scoped_free char *longer = xstrndup(p, n);
	return strtod(longer, NULL);
}

const char *
json_number_scan(const char *p, const char *end, double *ret)
{
	struct decimal d = {0};
	const char *behind = split(p, end, &d);

	if (behind && !fast(&d, ret))
		*ret = slow(p, (size_t)(behind - p));
	return behind;
}

bool
json_number_read(const char *p, size_t n, double *ret)
{
	double v;

	if (json_number_scan(p, p + n, &v) != p + n)
		return false;
	*ret = v;
	return true;
}
