/* The rules: ours, those of others, and two that are wrong on purpose, so that a simulation that
 * finds nothing wrong with them would be seen to be blind. */
#include "simulate_priv.h"

#include "stats/effect.h"
#include "stats/order.h"
#include "stats/wilcoxon.h"

#include <math.h>
#include <string.h>

/* ---- ours */

/* Evidence against the shift that is true, as effect_interval() weighs it. */
struct truth {
	struct eprocess at[SUMMARY_COUNT];
	double scale[SUMMARY_COUNT]; /* of the next pair */
	double a;                    /* 1 - level */
};

static void
truth_before(struct truth *truth, const struct contest *c)
{
	for (size_t j = 0; j < SUMMARY_COUNT; j++)
		truth->scale[j] = eprocess_scale(&c->series[j].past, EPROCESS_S0, EPROCESS_FLOOR);
}

/* Whether the interval holds it after the newest pair. */
static bool
truth_after(struct truth *truth, const struct contest *c)
{
	double plus = 0, minus = 0, most = 2 / truth->a * (double)c->k;

	for (size_t j = 0; j < c->k; j++) {
		eprocess_add(&truth->at[j], c->series[j].d[c->n - 1], truth->scale[j]);
		plus += truth->at[j].plus;
		minus += truth->at[j].minus;
	}
	return plus < most && minus < most;
}

static void
try_interval(const struct replay *r, struct replay_end *end)
{
	const struct contest *c = &r->contest;
	const double *d[SUMMARY_COUNT];
	double lo, hi;

	for (size_t j = 0; j < c->k; j++)
		d[j] = c->series[j].d;
	effect_interval(d, c->k, c->n, 1 - r->plan->interval, &lo, &hi);
	end->held_then = lo <= r->plan->shift && r->plan->shift <= hi;
	end->width = hi - lo;
}

static void
judge_pairs(struct replay *r, bool random_order, struct replay_end *ret)
{
	const struct simulate_plan *plan = r->plan;
	double proof = log((double)plan->hypotheses / plan->alpha);
	struct contest *c = &r->contest;
	struct truth truth = {.a = 1 - plan->interval};
	bool watch = plan->interval > 0;

	ret->held_always = watch;
	contest_reset(c);
	for (size_t j = 0; j < SUMMARY_COUNT; j++)
		eprocess_init(&truth.at[j], plan->shift);
	for (unsigned b = 0; b < plan->blocks; b++) {
		bool open = c->side == CONTEST_OPEN;
		size_t head = random_order ? (size_t)rng_below(&r->rng, 2) : 1;
		struct sample base_sample, head_sample;

		if (!open && !watch)
			break;
		replay_launch(r, 2 * b + 1 - head, false, &base_sample);
		replay_launch(r, 2 * b + head, true, &head_sample);
		if (watch)
			truth_before(&truth, c);
		contest_add(c, &base_sample, &head_sample);
		contest_decide(c, contest_worse(c) >= proof, contest_better(c) >= proof);
		if (watch && !truth_after(&truth, c))
			ret->held_always = false;
		if (watch && open && (c->side != CONTEST_OPEN || b + 1 == plan->blocks))
			try_interval(r, ret);
	}
	ret->side = c->side;
	ret->launches = 2 * (unsigned)c->decided_at;
}

static void
judge_ours(struct replay *r, struct replay_end *ret)
{
	judge_pairs(r, true, ret);
}

static void
judge_fixed_order(struct replay *r, struct replay_end *ret)
{
	judge_pairs(r, false, ret);
}

/* ---- others': a fixed number of launches an arm, one arm after the other */

static double
median_in_place(double *x, size_t n)
{
	stats_sort(x, n);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The figure of all rounds of an arm. Launches have equally many rounds, so that for means, minima
 * and maxima it is the same as if the rounds were pooled. */
static double
arm_figure(const struct replay *r, enum gate_field field, bool head)
{
	enum summary s = field == GATE_AUTO ? SUMMARY_MEAN : contest_summary(field);
	unsigned n = r->plan->launches;
	double least = INFINITY, most = 0, sum = 0;

	for (unsigned i = 0; i < n; i++) {
		double x = replay_value(r, head ? n + i : i, head, s);

		least = fmin(least, x);
		most = fmax(most, x);
		sum += x;
		r->scratch[i] = x;
	}
	if (s == SUMMARY_MIN)
		return least;
	if (s == SUMMARY_MAX)
		return most;
	return s == SUMMARY_MEAN ? sum / n : median_in_place(r->scratch, n);
}

static bool
beyond(const struct contest_terms *terms, double base, double head)
{
	return terms->relative ? head / base - 1 > expm1(terms->tau) : head - base > terms->tau;
}

static void
end_fixed(const struct replay *r, bool worse, bool better, struct replay_end *ret)
{
	ret->side = worse                                ? CONTEST_WORSE
		    : r->plan->terms.two_sided && better ? CONTEST_BETTER
							 : CONTEST_WITHIN;
	ret->launches = 2 * r->plan->launches;
}

bool
replay_classic_fails(const struct replay *r)
{
	enum gate_field field = r->plan->terms.field;

	return beyond(&r->plan->terms, arm_figure(r, field, false), arm_figure(r, field, true));
}

static void
judge_classic(struct replay *r, struct replay_end *ret)
{
	enum gate_field field = r->plan->terms.field;
	double base = arm_figure(r, field, false), head = arm_figure(r, field, true);

	end_fixed(r, beyond(&r->plan->terms, base, head), beyond(&r->plan->terms, head, base), ret);
}

#define ASV_P 0.002

static void
judge_mannwhitney(struct replay *r, struct replay_end *ret)
{
	const struct contest_terms *terms = &r->plan->terms;
	unsigned n = r->plan->launches;
	double *bases = r->scratch + n;
	double base = arm_figure(r, GATE_MEDIAN, false);

	memcpy(bases, r->scratch, n * sizeof(*bases));
	double head = arm_figure(r, GATE_MEDIAN, true);
	bool differs = wilcoxon_rank_sum(r->scratch, n, bases, n, RANK_TWO_SIDED) < ASV_P;
	end_fixed(
		r, differs && beyond(terms, base, head), differs && beyond(terms, head, base), ret);
}

/* ---- wrong on purpose */

#define PEEK_P 0.01

/* P(T > t) of Student's t with df degrees of freedom (Abramowitz and Stegun 26.7.3, 26.7.4). */
static double
student_upper(double t, unsigned df)
{
	double angle = atan(t / sqrt(df)), c = cos(angle), term = 1, sum = 0;

	if (df % 2) {
		term = c;
		for (unsigned k = 1; k + 2 <= df; k += 2) {
			sum += term;
			term *= c * c * (k + 1) / (k + 2);
		}
		return 0.5 - (angle + sin(angle) * sum) / M_PI;
	}
	for (unsigned k = 0; k + 2 <= df; k += 2) {
		sum += term;
		term *= c * c * (k + 1) / (k + 2);
	}
	return 0.5 - sin(angle) * sum / 2;
}

/* The summary of the gate, or whichever the judge gets to see. */
static enum summary
one_summary(const struct replay *r)
{
	unsigned s = contest_summary(r->plan->terms.field);

	for (unsigned i = 0; i < SUMMARY_COUNT; i++, s = (s + 1) % SUMMARY_COUNT)
		if ((r->plan->summaries >> s & 1) && isfinite(r->trace->log_time[s]))
			break;
	return (enum summary)s;
}

static void
judge_ttest_peek(struct replay *r, struct replay_end *ret)
{
	const struct simulate_plan *plan = r->plan;
	enum summary s = one_summary(r);
	double mean = 0, squares = 0;

	for (unsigned b = 0; b < plan->blocks && ret->side == CONTEST_OPEN; b++) {
		size_t head = (size_t)rng_below(&r->rng, 2);
		double base_value = replay_value(r, 2 * b + 1 - head, false, s);
		double d = log(replay_value(r, 2 * b + head, true, s) / base_value);
		double off = d - plan->terms.tau - mean;

		mean += off / (b + 1);
		squares += off * (d - plan->terms.tau - mean);
		if (b == 0)
			continue;
		double t = mean / sqrt(squares / b / (b + 1));
		if (t > 0 && student_upper(t, b) < PEEK_P) {
			ret->side = CONTEST_WORSE;
			ret->launches = 2 * (b + 1);
		}
	}
}

/* ---- the table */

static const struct {
	const char *name;
	replay_rule *judge;
} rules[RULE_COUNT] = {
	[RULE_OURS] = {"ours", judge_ours},
	[RULE_CLASSIC] = {"classic", judge_classic},
	[RULE_MANNWHITNEY] = {"mannwhitney", judge_mannwhitney},
	[RULE_TTEST_PEEK] = {"ttest-peek", judge_ttest_peek},
	[RULE_FIXED_ORDER] = {"fixed-order", judge_fixed_order},
};

const char *
simulate_rule_name(enum simulate_rule rule)
{
	return rules[rule].name;
}

replay_rule *
replay_rule_of(enum simulate_rule rule)
{
	return rules[rule].judge;
}
