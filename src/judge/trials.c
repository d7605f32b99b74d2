/* The family of hypotheses, taken in block by block. */
#include "judge_priv.h"

#include "base/mem.h"
#include "core/metric.h"
#include "stats/multiple.h"

#include <math.h>
#include <string.h>

/* What JUDGE_DEFAULT_GATE says, for every metric. */
static const struct gate default_gate = {.text = JUDGE_DEFAULT_GATE,
	.metric = "time",
	.field = GATE_AUTO,
	.percent = true,
	.limit = 0.02};

static const struct gate exact_gate = {.text = JUDGE_EXACT_GATE,
	.metric = "time",
	.field = GATE_AUTO,
	.percent = true,
	.limit = 0.001};

void
judge_init(struct judge *judge, const struct judge_policy *policy)
{
	*judge = (struct judge){.policy = *policy};
}

void
judge_done(struct judge *judge)
{
	for (size_t i = 0; i < judge->trials.n; i++)
		contest_done(&judge->trials.v[i].contest);
	vec_done(&judge->trials);
}

struct judge *
judge_new(const struct judge_policy *policy)
{
	struct judge *judge = xcalloc(1, sizeof(*judge));

	judge_init(judge, policy);
	return judge;
}

void
judge_free(struct judge *judge)
{
	if (judge)
		judge_done(judge);
	free(judge);
}

/* ---- who is held to what */

/* Sizes may be of anything, but this one is that of installed files. */
static bool
is_of_build(const struct bench *bench)
{
	return strcmp(bench->suite, "build") == 0 && strcmp(bench->name, "size") == 0;
}

enum gate_field
judge_field(enum gate_field field, const struct bench *bench)
{
	return field == GATE_AUTO && metric_by_least(bench->metric) ? GATE_MIN : field;
}

static void
add_trial(struct judge *judge, const struct results *results, size_t bench, size_t rev,
	const struct gate *gate)
{
	const struct bench *b = &results->benches.v[bench];
	bool grows = gate && !gate->ceiling;
	struct contest_terms terms = {
		.field = judge_field(gate ? gate->field : GATE_AUTO, b),
		.relative = !grows || gate->percent,
		.tau = !grows          ? 0
		       : gate->percent ? log1p(gate->limit)
				       : gate->limit,
		.direction = b->direction,
		.clock = b->clock,
		.exact_after = is_of_build(b) ? 1 : metric_exact_after(b->metric),
		.two_sided = judge->policy.n_gates == 0 || judge->policy.two_sided,
		.contended = judge->policy.contended && pairs_are_timed(b),
		.beta = judge->policy.beta,
	};
	struct trial trial = {.bench = bench, .rev = rev, .gate = gate};

	contest_init(&trial.contest, &terms);
	vec_add(&judge->trials, trial);
}

static void
add_trials_of(struct judge *judge, const struct results *results, size_t bench, size_t rev)
{
	const struct judge_policy *policy = &judge->policy;
	bool held = false;

	if (policy->mode != JUDGE_NONE && policy->n_gates == 0 && !policy->series) {
		bool fine = metric_is_fine(results->benches.v[bench].metric);

		add_trial(judge, results, bench, rev, fine ? &exact_gate : &default_gate);
		return;
	}
	for (size_t i = 0; policy->mode != JUDGE_NONE && i < policy->n_gates; i++) {
		if (!gate_matches(&policy->gates[i], &results->benches.v[bench]))
			continue;
		add_trial(judge, results, bench, rev, &policy->gates[i]);
		held = true;
	}
	if (!held)
		add_trial(judge, results, bench, rev, NULL);
}

static void
add_trials(struct judge *judge, const struct results *results)
{
	for (; judge->benches < results->benches.n; judge->benches++)
		for (size_t rev = 0; rev < results->revs.n; rev++)
			if (rev != judge_base(results, &judge->policy, rev))
				add_trials_of(judge, results, judge->benches, rev);
}

/* ---- a block */

/* Whether more revisions than a pair have the bench in this block. */
static bool
is_whole(const struct results *results, size_t bench, size_t block)
{
	size_t n = 0;

	for (size_t rev = 0; rev < results->revs.n && n < 3; rev++)
		n += results_has_block(results_cell(results, bench, rev), block);
	return n > 2;
}

/* Whether there was anything to feed. */
static bool
feed(const struct results *results, size_t base, size_t block, struct trial *trial)
{
	const struct results_cell *b = status_cell(results, trial->bench, base);
	const struct results_cell *h = status_cell(results, trial->bench, trial->rev);

	if (b == h || !results_has_block(b, block) || !results_has_block(h, block))
		return false;
	contest_add(&trial->contest, &b->blocks[block], &h->blocks[block]);
	return true;
}

/* A ceiling is nothing to prove. */
static bool
is_contest(const struct trial *trial)
{
	return trial->gate && !trial->gate->ceiling;
}

/* Whether a trial still asks for this side: one that was decided the other way does not. */
static bool
poses(const struct trial *trial, enum contest_side side)
{
	const struct contest *c = &trial->contest;

	return is_contest(trial) && (side == CONTEST_WORSE || c->terms.two_sided) &&
	       (c->side == CONTEST_OPEN || c->side == side);
}

/* Holm's rule: whatever is proven leaves fewer hypotheses to guard the others against. One over the
 * largest evidence there ever was is a p-value at any time, and the rule asks for no more. */
static void
decide(struct judge *judge)
{
	size_t most = 2 * judge->trials.n, n = 0;
	scoped_free double *logw = xcalloc(most + 1, sizeof(*logw));
	scoped_free bool *proven = xcalloc(most + 1, sizeof(*proven));
	const bool *next = proven;

	for (size_t i = 0; i < judge->trials.n; i++) {
		const struct trial *trial = &judge->trials.v[i];

		if (poses(trial, CONTEST_WORSE))
			logw[n++] = contest_worse(&trial->contest);
		if (poses(trial, CONTEST_BETTER))
			logw[n++] = contest_better(&trial->contest);
	}
	/* Benches that nobody knew of when the family was counted make it larger. */
	size_t family = judge->policy.family > n ? judge->policy.family : n;
	multiple_holm(logw, n, family, judge->policy.alpha, proven);
	for (size_t i = 0; i < judge->trials.n; i++) {
		struct trial *trial = &judge->trials.v[i];
		bool worse = poses(trial, CONTEST_WORSE), better = poses(trial, CONTEST_BETTER);

		worse = worse && *next++;
		better = better && *next++;
		if (is_contest(trial))
			contest_decide(&trial->contest, worse, better);
	}
}

static size_t
count_blocks(const struct results *results)
{
	size_t most = 0;

	for (size_t i = 0; i < results->cells.n; i++)
		if (results->cells.v[i].n_blocks > most)
			most = results->cells.v[i].n_blocks;
	return most;
}

/* Revisions of one build are measured as one. */
static size_t
count_measured(const struct results *results)
{
	size_t n = 0;

	for (size_t rev = 0; rev < results->revs.n; rev++)
		n += results->revs.v[rev].build.kind == OUTCOME_OK &&
		     results->revs.v[rev].same_as < 0;
	return n;
}

/* Whether it told anybody anything. Trials of a bench stand together. */
static bool
feed_block(struct judge *judge, const struct results *results, bool whole_only)
{
	size_t bench = SIZE_MAX;
	bool whole = true, told = false;

	for (size_t i = 0; i < judge->trials.n; i++) {
		struct trial *trial = &judge->trials.v[i];

		if (whole_only && trial->bench != bench) {
			bench = trial->bench;
			whole = is_whole(results, bench, judge->blocks);
		}
		if (whole && feed(results, judge_base(results, &judge->policy, trial->rev),
				     judge->blocks, trial))
			told = true;
	}
	return told;
}

void
judge_follow(struct judge *judge, const struct results *results)
{
	size_t blocks = count_blocks(results);

	if (judge->policy.family == 0)
		judge->policy.family = judge_family(results, &judge->policy);
	add_trials(judge, results);
	bool whole_only = judge->policy.series && count_measured(results) > 2;
	for (; judge->blocks < blocks; judge->blocks++)
		if (feed_block(judge, results, whole_only))
			decide(judge);
}

double
judge_proof(const struct judge *judge)
{
	return log(fmax(1, (double)judge->policy.family) / judge->policy.alpha);
}
