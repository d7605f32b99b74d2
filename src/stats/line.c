#include "stats/line.h"

bool
stats_line(const double *x, const double *y, size_t n, struct line_fit *ret)
{
	double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;

	for (size_t i = 0; i < n; i++) {
		mx += x[i] / (double)n;
		my += y[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		xy += (x[i] - mx) * (y[i] - my);
		yy += (y[i] - my) * (y[i] - my);
	}
	if (n < 3 || xx == 0)
		return false;
	*ret = (struct line_fit){
		.slope = xy / xx,
		.intercept = my - xy / xx * mx,
		.r2 = yy == 0 ? 1 : xy * xy / (xx * yy),
		.n = n,
	};
	return true;
}
