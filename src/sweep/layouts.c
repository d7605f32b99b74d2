/* Several builds of each revision that differ in their layout (build/build.h) alone: which of them
 * a block measures, and whether they differ at all. */
#include "sweep_priv.h"

#include <string.h>

unsigned
carry_n_layouts(const struct carry *carry)
{
	return plan_layouts(carry->sweep->plan);
}

struct build *
carry_build(const struct carry *carry, size_t rev, unsigned layout)
{
	return &carry->builds[layout * carry->sweep->plan->n_revs + rev];
}

unsigned
carry_layout(const struct carry *carry, size_t rev, unsigned block)
{
	const struct plan *plan = carry->sweep->plan;
	unsigned n = carry_n_layouts(carry), layout = schedule_layout(block, plan->n_suites, n);

	if (plan->apart)
		layout = (layout + (unsigned)rev) % n;
	return carry->layouts[layout];
}

static bool
same_files(const struct carry *carry, size_t rev, unsigned a, unsigned b)
{
	return strcmp(carry_build(carry, rev, a)->digest, carry_build(carry, rev, b)->digest) == 0;
}

/* How many different builds there are of a revision; 0 when one of them failed. */
static unsigned
count_different(const struct carry *carry, size_t rev)
{
	unsigned different = 0;

	for (unsigned i = 0; i < carry_n_layouts(carry); i++) {
		unsigned k = 0;

		if (!carry_build(carry, rev, i)->digest[0])
			return 0;
		while (k < i && !same_files(carry, rev, k, i))
			k++;
		different += k == i;
	}
	return different;
}

static void
note_same(struct carry *carry, size_t rev)
{
	struct results *results = &carry->sweep->results;
	unsigned n = carry_n_layouts(carry), different = count_different(carry, rev);
	const char *label = carry->sweep->plan->revs[rev].label;

	if (different == 0 || different == n)
		return;
	scoped_free char *sentence =
		different == 1
			? xasprintf("the recipe does not vary the layout: all %u builds of '%s' "
				    "hold the same files",
				  n, label)
			: xasprintf("only %u of the %u builds of '%s' differ", different, n, label);
	results_note(results, sentence);
}

void
layouts_compare(struct carry *carry)
{
	const struct plan *plan = carry->sweep->plan;

	for (unsigned i = 0; i < carry_n_layouts(carry); i++) {
		bool same = false;

		for (unsigned k = 0; k < i && !same; k++) {
			same = true;
			for (size_t rev = 0; rev < plan->n_revs; rev++)
				same = same && same_files(carry, rev, k, i);
			carry->layouts[i] = k;
		}
		if (!same)
			carry->layouts[i] = i;
	}
	for (size_t rev = 0; rev < plan->n_revs; rev++)
		note_same(carry, rev);
}
