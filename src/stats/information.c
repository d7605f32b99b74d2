#include "stats/information.h"

#include "base/mem.h"

#include <math.h>
#include <stddef.h>

#define PLENTY 64 /* a rho from which on nothing is left unknown */

/* E f(z) of a standard normal z is the sum of weight * (f(node) + f(-node)): the rule for 24
 * points, numpy.polynomial.hermite_e.hermegauss(24) with the weights divided by sqrt(2 pi). */
static const struct {
	double node, weight;
} rule[] = {{0.31737009662945237, 0.2408701155466404}, {0.953421922932109, 0.1614595128670001},
	{1.5934804298164202, 0.07206936401717823}, {2.2404678516917524, 0.021126344408967556},
	{2.8977286432233136, 0.003976608929181307}, {3.56930676407356, 0.00046471871877939644},
	{4.260383605019905, 3.2095005652746016e-05}, {4.97804137463912, 1.2176597454425883e-06},
	{5.732747175251201, 2.26746167348065e-08}, {6.541675005098634, 1.7186649279648716e-10},
	{7.437890666021663, 3.7149741527624003e-13}, {8.507803519195257, 9.39019368904204e-17}};

/* What is learned when the truth has the probability p, and the measurement lies z from its mean:
 * the log of what p is multiplied by. Of the ways to write the information as an expectation of
 * something smooth this one bends least, which quadrature likes. */
static double
learned(double p, double rho, double z)
{
	return -log(p + (1 - p) * exp(-rho * rho / 2 - rho * z));
}

double
information_binary(double p, double rho)
{
	double sum = 0, q = 1 - p;

	if (!(p > 0 && q > 0))
		return 0;
	rho = fmin(fabs(rho), PLENTY);
	for (size_t i = 0; i < ARRAY_LEN(rule); i++) {
		double yes = learned(p, rho, rule[i].node) + learned(p, rho, -rule[i].node);
		double no = learned(q, rho, rule[i].node) + learned(q, rho, -rule[i].node);

		sum += rule[i].weight * (p * yes + q * no);
	}
	return fmax(0, sum);
}

#define PER_OCTAVE 7 /* columns from rho = 1/32 to 16 */
#define FIRST_OCTAVE (-5)
#define LAST (INFORMATION_GRID - 1)

static double
row_p(size_t i)
{
	double root = sin(M_PI / 4 * (double)i / LAST);

	return root * root;
}

void
information_table_init(struct information_table *ret)
{
	for (size_t i = 0; i <= LAST; i++) {
		for (size_t j = 0; j <= LAST; j++) {
			double rho = exp2((double)j / PER_OCTAVE + FIRST_OCTAVE);

			ret->nats[i][j] = information_binary(row_p(i), rho);
		}
	}
}

/* The cell of a place on an axis, and how far into it; the ends lie in the outermost cells. */
static size_t
cell(double at, double *ret_part)
{
	double least = fmax(0, fmin(at, LAST));
	size_t i = least < LAST ? (size_t)least : LAST - 1;

	*ret_part = least - (double)i;
	return i;
}

double
information_table_at(const struct information_table *table, double p, double rho)
{
	double octaves = log2(fabs(rho)) - FIRST_OCTAVE, down, right;
	double rarer = fmax(0, fmin(p, 1 - p));

	size_t i = cell(asin(sqrt(rarer)) * 4 / M_PI * LAST, &down);
	down = (rarer - row_p(i)) / (row_p(i + 1) - row_p(i));
	size_t j = cell(octaves * PER_OCTAVE, &right);
	const double *above = &table->nats[i][j], *below = &table->nats[i + 1][j];
	double nats = (1 - down) * ((1 - right) * above[0] + right * above[1]) +
		      down * ((1 - right) * below[0] + right * below[1]);
	/* Left of the table information grows with the square of rho. */
	return octaves < 0 ? nats * exp2(2 * octaves) : nats;
}
