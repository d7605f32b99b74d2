/* More than one command in a launch: which benches go together, and the script that runs them. */
#include "harness/adapter.h"

#include "base/str.h"
#include "sys/fs.h"

#include <stdlib.h>
#include <string.h>

/* ---- the script */

void
script_done(struct script *script)
{
	str_done(&script->text);
}

static void
add_quoted(struct str *out, const char *word)
{
	str_addc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			str_add(out, "'\\''");
		else
			str_addc(out, *word);
	}
	str_addc(out, '\'');
}

void
script_add(struct script *script, const char *dir, const char *const *argv)
{
	str_add(&script->text, "run ");
	add_quoted(&script->text, dir);
	for (; *argv; argv++) {
		str_addc(&script->text, ' ');
		add_quoted(&script->text, *argv);
	}
	str_addc(&script->text, '\n');
}

void
script_say(struct script *script, const char *line)
{
	str_add(&script->text, "printf '%s\\n' ");
	add_quoted(&script->text, line);
	str_addc(&script->text, '\n');
}

void
script_refuse(struct script *script, const char *sentence)
{
	str_add(&script->text, "echo ");
	add_quoted(&script->text, sentence);
	str_add(&script->text, " >&2\nworst=1\n");
}

int
script_finish(struct script *script, const struct launch_request *request, struct arena *arena,
	struct launch_command *ret, struct err *err)
{
	static const char head[] = "worst=0\n"
				   "run() {\n"
				   "\tcode=0\n"
				   "\tcd \"$1\" && shift && \"$@\" || code=$?\n"
				   "\tif [ $code -gt $worst ]; then worst=$code; fi\n"
				   "\techo\n"
				   "}\n";
	const char *path = arena_printf(arena, "%s/launch.sh", request->out_dir);
	scoped(argv) argv = {.arena = arena};
	scoped(str) text = STR_INIT;

	str_add(&text, head);
	str_addn(&text, script->text.p, script->text.n);
	str_add(&text, "exit $worst\n");
	if (text.full)
		return err_set(err, ERR_USAGE, "suite '%s': too many benches for one launch",
			request->suite->name);
	if (fs_write_atomic(path, text.p, text.n, err) < 0)
		return -1;
	argv_add(&argv, "sh");
	argv_add(&argv, path);
	*ret = (struct launch_command){.argv = argv_finish(&argv)};
	return 0;
}

/* ---- groups */

struct member {
	const char *name;
	unsigned rounds;
	uint64_t iterations;
	size_t at;
};

/* Down to one of ten numbers a decade: by a fifth at most. */
static uint64_t
rounded(uint64_t n)
{
	static const unsigned steps[] = {80, 60, 50, 40, 30, 25, 20, 15, 12, 10};
	uint64_t scale = 1;

	if (n < 10)
		return n;
	while (n / scale >= 100)
		scale *= 10;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (n >= steps[i] * scale)
			return steps[i] * scale;
	return n;
}

static int
by_numbers(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->rounds != y->rounds)
		return (x->rounds > y->rounds) - (x->rounds < y->rounds);
	if (x->iterations != y->iterations)
		return (x->iterations > y->iterations) - (x->iterations < y->iterations);
	return (x->at > y->at) - (x->at < y->at);
}

/* Those that run, with their numbers: those of `only`, or of `fixed`. */
static size_t
members_of(const struct launch_request *request, struct arena *arena, struct member **ret)
{
	struct named *fixed = arena_alloc(arena, request->n_fixed, sizeof(*fixed));
	const char *const *only = request->only && *request->only ? request->only : NULL;
	size_t n = 0;

	for (size_t i = 0; i < request->n_fixed; i++)
		fixed[i] = (struct named){request->fixed[i].name, i};
	named_sort(fixed, request->n_fixed);
	while (only ? only[n] != NULL : n < request->n_fixed)
		n++;
	*ret = arena_alloc(arena, n, sizeof(**ret));
	for (size_t i = 0; i < n; i++) {
		const char *name = only ? only[i] : request->fixed[i].name;
		size_t at = named_find(fixed, request->n_fixed, name);

		(*ret)[i] = (struct member){.name = name, .at = i};
		if (at == SIZE_MAX)
			continue;
		(*ret)[i].rounds = request->fixed[at].rounds + request->fixed[at].skip;
		(*ret)[i].iterations = rounded(request->fixed[at].iterations);
	}
	return n;
}

static struct fixed_group
group_of(const struct member *members, size_t from, size_t to, struct arena *arena)
{
	const char **names = arena_alloc(arena, to - from + 1, sizeof(*names));

	for (size_t i = from; i < to; i++)
		names[i - from] = members[i].name;
	return (struct fixed_group){members[from].rounds, members[from].iterations, names, false};
}

size_t
adapter_groups(
	const struct launch_request *request, struct arena *arena, const struct fixed_group **ret)
{
	bool all = !request->only || !*request->only;
	bool fixed = request->n_fixed && !request->quick;
	struct member *members = NULL;
	size_t n = 0, n_groups = 0;

	if (fixed)
		n = members_of(request, arena, &members);
	struct fixed_group *groups = arena_alloc(arena, n + 1, sizeof(*groups));
	if (!fixed) {
		groups[0] = (struct fixed_group){.names = request->only, .others = all};
		*ret = groups;
		return 1;
	}
	qsort(members, n, sizeof(*members), by_numbers);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && members[to].rounds == members[from].rounds &&
				    members[to].iterations == members[from].iterations;)
			to++;
		groups[n_groups++] = group_of(members, from, to, arena);
	}
	if (all) {
		const char **names = arena_alloc(arena, n + 1, sizeof(*names));

		for (size_t i = 0; i < n; i++)
			names[i] = members[i].name;
		groups[n_groups++] = (struct fixed_group){.names = names, .others = true};
	}
	*ret = groups;
	return n_groups;
}
