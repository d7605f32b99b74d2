/* A series of revisions as a row of bars, for where there is nothing but text. */
#include "report_priv.h"

#include "base/mem.h"

#include <math.h>

#define BARS_MAX 30 /* as wide as a comment on GitHub leaves room for beside the other columns */
#define HEIGHT_MIN 1.05 /* what is less than 5 % shall not look like a cliff */

/* Of the revisions from one to another the last that was measured; NAN when none was. */
static double
last_ratio(const struct results *results, size_t bench, size_t first, size_t from, size_t to)
{
	const struct results_cell *base = series_cell(results, bench, first);

	for (size_t rev = to; rev-- > from;) {
		const struct results_cell *cell = series_cell(results, bench, rev);
		double ratio = results->revs.v[rev].build.kind != OUTCOME_OK ? (double)NAN
			       : cell == base                                ? 1
					      : series_median(cell, base);

		if (isfinite(ratio))
			return ratio;
	}
	return NAN;
}

void
series_bars(const struct results *results, size_t bench, struct str *out)
{
	static const char *const bars[] = {
		"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
	size_t first = series_first(results, bench), n = results->revs.n;
	size_t columns = n < BARS_MAX ? n : BARS_MAX;
	scoped_free double *ratios = xcalloc(columns + 1, sizeof(*ratios));
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < columns; i++) {
		ratios[i] = first < n ? last_ratio(results, bench, first, i * n / columns,
						(i + 1) * n / columns)
				      : (double)NAN;
		least = fmin(least, ratios[i]);
		most = fmax(most, ratios[i]);
	}
	most = fmax(most, least * HEIGHT_MIN);
	for (size_t i = 0; i < columns; i++) {
		double height = (ratios[i] - least) / (most - least) * (ARRAY_LEN(bars) - 1);

		str_add(out, isnan(height) ? "\u00b7" : bars[(size_t)(height + .5)]);
	}
}
