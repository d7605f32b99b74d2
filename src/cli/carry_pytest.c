/* Options of pytest-benchmark in the words of revsweep.yml. */
#include "cli/carry.h"

#include "base/parse.h"
#include "base/str.h"
#include "sys/fs.h"

#include <ctype.h>
#include <string.h>

enum takes { TAKES_NOTHING, TAKES_ONE, TAKES_OPTIONAL, TAKES_MANY };

struct reading;

struct option {
	const char *name; /* behind --benchmark- */
	enum takes takes;
	void (*carry)(struct reading *r, const char *value); /* NULL: a note with `instead` */
	enum carry_setting setting;
	const char *instead; /* NULL: nothing to say */
};

struct reading {
	struct carried *c;
	const struct carry_line *line;
	size_t word; /* of the option */
	const struct option *option;
	vec(const char *) fails;
	size_t fail_word;
	const char *marks, *keywords;
	size_t selected_word;
	vec(size_t) paths; /* words */
	carried_texts args;
};

static void
leave(struct reading *r, const char *value, const char *why)
{
	carried_note(r->c, r->line, r->word, "--benchmark-%s%s%s: %s", r->option->name,
		value ? "=" : "", value ? value : "", why);
}

static void
timer(struct reading *r, const char *value)
{
	static const char *const names[] = {
		"perf_counter", "process_time", "thread_time", "monotonic"};
	const char *name = strrchr(value, '.') ? strrchr(value, '.') + 1 : value;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0) {
			carried_set(r->c, CARRY_TIMER, names[i], r->line, r->word);
			return;
		}
	if (strcmp(value, "time.time") == 0) {
		carried_set(r->c, CARRY_TIMER, "wall", r->line, r->word);
		leave(r, value, "that clock can be set; `wall` is one that cannot");
	} else {
		leave(r, value,
			"no timer of ours: wall, cpu, perf_counter, process_time, "
			"thread_time and monotonic are");
	}
}

/* As people write it: 5s, 5us. */
static const char *
duration(struct arena *arena, double s)
{
	static const struct {
		const char *unit;
		double s;
	} units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(units) && s < units[i].s)
		i++;
	return arena_printf(arena, "%.9g%s", s / units[i].s, units[i].unit);
}

static void
seconds(struct reading *r, const char *value)
{
	struct err wrong = ERR_INIT;
	double s = 0;

	if (parse_double(value, &s, &wrong) < 0 || !(s >= 1e-9 && s < 1e9))
		leave(r, value, "no time that revsweep.yml can hold");
	else
		carried_set(r->c, r->option->setting, duration(r->c->arena, s), r->line, r->word);
}

static void
count(struct reading *r, const char *value)
{
	struct err wrong = ERR_INIT;
	uint64_t n = 0;

	if (parse_u64(value, 1000000, &n, &wrong) < 0 || n == 0)
		leave(r, value, "no number that revsweep.yml can hold");
	else
		carried_set(r->c, r->option->setting,
			arena_printf(r->c->arena, "%llu", (unsigned long long)n), r->line, r->word);
}

static void
warmup(struct reading *r, const char *value)
{
	struct err wrong = ERR_INIT;
	bool on = false;

	if (!value)
		leave(r, value,
			"without a value pytest-benchmark takes it as off; `warmup: on` is "
			"what was meant, perhaps");
	else if (strcmp(value, "auto") == 0)
		leave(r, value, "that is its default: off, but for PyPy");
	else if (!*value || parse_bool(value, &on, &wrong) == 0)
		carried_set(r->c, CARRY_WARMUP, on || !*value ? "on" : "off", r->line, r->word);
	else
		leave(r, value, "neither on nor off");
}

static void
disable_gc(struct reading *r, const char *value)
{
	(void)value;
	carried_set(r->c, CARRY_DISABLE_GC, "on", r->line, r->word);
}

static void
compare_fail(struct reading *r, const char *value)
{
	vec_add(&r->fails, value);
	r->fail_word = r->word;
}

/* benchmem's four metrics beside the time. */
static void
memory(struct reading *r, const char *value)
{
	(void)value;
	r->c->metrics = "time, peak, allocated, allocations";
}

static void
passes(struct reading *r, const char *value)
{
	struct err wrong = ERR_INIT;
	uint64_t n = 0;

	if (parse_u64(value, 1000, &n, &wrong) < 0 || n == 0)
		leave(r, value, "no number of passes");
	else if (!r->c->passes.value)
		r->c->passes = (struct carried_value){
			value, carried_place(r->c, r->line, r->word), r->c->commands};
}

#define STORED                                                                                     \
	"every sweep is kept in the store: 'revsweep log' lists them, 'revsweep show' prints one"
#define STATS(what) "'revsweep diff --table stats " what "' is the same for stored results"

static const struct option options[] = {
	{"timer", TAKES_ONE, timer, CARRY_TIMER, NULL},
	{"calibration-precision", TAKES_ONE, count, CARRY_CALIBRATION_PRECISION, NULL},
	{"min-time", TAKES_ONE, seconds, CARRY_MIN_TIME, NULL},
	{"max-time", TAKES_ONE, seconds, CARRY_MAX_TIME, NULL},
	{"min-rounds", TAKES_ONE, count, CARRY_MIN_ROUNDS, NULL},
	{"warmup", TAKES_OPTIONAL, warmup, CARRY_WARMUP, NULL},
	{"warmup-iterations", TAKES_ONE, count, CARRY_WARMUP_ITERATIONS, NULL},
	{"disable-gc", TAKES_NOTHING, disable_gc, CARRY_DISABLE_GC, NULL},
	{"compare-fail", TAKES_MANY, compare_fail, 0, NULL},
	{"memory", TAKES_NOTHING, memory, 0, NULL},
	{"memory-repeats", TAKES_ONE, passes, 0, NULL},
	{"memory-compare-fail", TAKES_MANY, compare_fail, 0, NULL},
	{"skip", TAKES_NOTHING, NULL, 0, NULL},
	{"disable", TAKES_NOTHING, NULL, 0, NULL},
	{"enable", TAKES_NOTHING, NULL, 0, NULL},
	{"only", TAKES_NOTHING, NULL, 0, NULL},
	{"verbose", TAKES_NOTHING, NULL, 0, "'-v' says more"},
	{"quiet", TAKES_NOTHING, NULL, 0, "'-q' says less"},
	{"compare", TAKES_OPTIONAL, NULL, 0,
		"'revsweep compare BASE HEAD' measures both sides, and 'revsweep diff 0001 0002' "
		"compares what is in .benchmarks"},
	{"save", TAKES_ONE, NULL, 0, STORED},
	{"autosave", TAKES_NOTHING, NULL, 0, STORED},
	{"save-data", TAKES_NOTHING, NULL, 0, STORED ", all rounds with it"},
	{"storage", TAKES_ONE, NULL, 0,
		"the store is .revsweep or --store DIR; 'revsweep import' and 'revsweep diff "
		"--storage DIR' read what lies in the old one"},
	{"netrc", TAKES_OPTIONAL, NULL, 0, "no storage is remote here"},
	{"json", TAKES_ONE, NULL, 0, "'revsweep export --output FILE' writes such a file"},
	{"columns", TAKES_ONE, NULL, 0, STATS("--columns LIST")},
	{"sort", TAKES_ONE, NULL, 0, STATS("--sort COLUMN")},
	{"group-by", TAKES_ONE, NULL, 0, STATS("--group-by LIST")},
	{"name", TAKES_ONE, NULL, 0, STATS("--names FORM")},
	{"time-unit", TAKES_ONE, NULL, 0, STATS("--time-unit UNIT")},
	{"histogram", TAKES_OPTIONAL, NULL, 0,
		"'revsweep export --format csv' gives the numbers to whatever draws"},
	{"cprofile", TAKES_ONE, NULL, 0, "'revsweep bisect --why' looks into what got slower"},
	{"cprofile-loops", TAKES_ONE, NULL, 0, "'revsweep bisect --why' profiles by itself"},
	{"cprofile-top", TAKES_ONE, NULL, 0, "'revsweep bisect --why' profiles by itself"},
	{"cprofile-dump", TAKES_OPTIONAL, NULL, 0, "'revsweep bisect --why' profiles by itself"},
	{"memory-warmup", TAKES_ONE, NULL, 0, "harness pytest-benchmem takes it in `args`"},
	{"memory-max-time", TAKES_ONE, NULL, 0, "harness pytest-benchmem takes it in `args`"},
	{"memory-compare", TAKES_OPTIONAL, NULL, 0, "'revsweep compare BASE HEAD' measures both"},
	{"memory-table", TAKES_ONE, NULL, 0, "'revsweep diff --table metrics' prints benchmem's"},
	{"memory-columns", TAKES_ONE, NULL, 0, "'revsweep diff --table metrics --columns LIST'"},
	{"memory-stats", TAKES_ONE, NULL, 0, "'revsweep diff --table metrics --stat STAT'"},
	{"memory-profile", TAKES_ONE, NULL, 0, "profiles of memory are not made here"},
	{"memory-profile-native", TAKES_NOTHING, NULL, 0, "profiles of memory are not made here"},
};

/* Of pytest itself: those with a value that revsweep has an opinion on, or that change nothing that
 * is measured. */
static const struct {
	const char *name;
	bool value;
	const char *why; /* not carried over; NULL: nothing to say */
} plain[] = {
	{"-n", true, "one benchmark at a time: two at once disturb each other"},
	{"--numprocesses", true, "one benchmark at a time: two at once disturb each other"},
	{"--dist", true, "one benchmark at a time: two at once disturb each other"},
	{"--cov", true, "coverage slows down what is measured"},
	{"--cov-report", true, NULL},
	{"--cov-config", true, NULL},
	{"--cov-append", false, NULL},
	{"--cov-fail-under", true, NULL},
	{"--no-cov", false, NULL},
	{"--junitxml", true, "'--format junit' of compare"},
	{"--junit-xml", true, "'--format junit' of compare"},
	{"--tb", true, NULL},
	{"--color", true, NULL},
	{"--durations", true, NULL},
	{"--maxfail", true, NULL},
	{"--rootdir", true, "the suite's own directory is taken"},
	{"--confcutdir", true, "the suite's own directory is taken"},
	{"--verbose", false, NULL},
	{"--quiet", false, NULL},
	{"--exitfirst", false, NULL},
	{"--capture", true, NULL},
	{"--lf", false, "all benchmarks are measured"},
	{"--ff", false, NULL},
	{"-c", true, "write it into `args` if the suite needs it"},
	{"-r", true, NULL},
};

/* Handed on, with their values, since they decide what is collected and how. */
static const char *const handed_on[] = {"-p", "-o", "-W", "--override-ini", "--import-mode",
	"--ignore", "--ignore-glob", "--deselect", "--pythonwarnings"};

static bool
is_unknown(const char *text)
{
	return strpbrk(text, "${") != NULL;
}

static const struct option *
option_named(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strlen(options[i].name) == n && memcmp(options[i].name, name, n) == 0)
			return &options[i];
	return NULL;
}

static bool
is_path(const struct reading *r, size_t word)
{
	const char *text = r->line->words[word].text;
	scoped_free char *file = xstrndup(text, strcspn(text, ":["));
	const char *below = *file ? carried_path(r->c, r->line->dir, file) : NULL;

	if (!below || is_unknown(text))
		return false;
	scoped_free char *path = path_join(r->c->root, below);
	return fs_exists(path);
}

static void
apply(struct reading *r, const char *value)
{
	if (value && is_unknown(value))
		leave(r, value, "only a run tells the value");
	else if (r->option->carry)
		r->option->carry(r, value);
	else if (r->option->instead)
		leave(r, value, r->option->instead);
}

/* Returns the last word that belongs to the option. */
static size_t
take_benchmark_option(struct reading *r, size_t i)
{
	static const struct option unknown = {.name = "..."};
	const char *name = r->line->words[i].text + strlen("--benchmark-");
	const char *equals = strchr(name, '=');

	r->word = i;
	r->option = option_named(name, equals ? (size_t)(equals - name) : strlen(name));
	if (!r->option) {
		r->option = &unknown;
		carried_note(r->c, r->line, i, "--benchmark-%s: not an option that we know", name);
		return i;
	}
	if (equals) {
		apply(r, equals + 1);
		return i;
	}
	if (r->option->takes == TAKES_NOTHING) {
		apply(r, NULL);
		return i;
	}
	bool any = false;
	while (i + 1 < r->line->n && r->line->words[i + 1].text[0] != '-' &&
		(r->option->takes == TAKES_ONE || !is_path(r, i + 1))) {
		apply(r, r->line->words[++i].text);
		any = true;
		if (r->option->takes != TAKES_MANY)
			break;
	}
	if (!any && r->option->takes == TAKES_OPTIONAL)
		apply(r, NULL);
	return i;
}

/* An option and its value as one word. What addopts say pytest reads by itself. */
static void
hand_on(struct reading *r, const char *option, const char *value)
{
	const char *glue = value && str_starts(option, "--") ? "=" : "";

	if (r->line->kind != CARRY_ADDOPTS)
		vec_add(&r->args,
			value ? arena_printf(r->c->arena, "%s%s%s", option, glue, value) : option);
}

/* -m, -k, and what is handed on. Returns the last word that belongs to it. */
static size_t
take_plain_option(struct reading *r, size_t i)
{
	const char *text = r->line->words[i].text;
	const char *next = i + 1 < r->line->n ? r->line->words[i + 1].text : NULL;
	const size_t n = str_starts(text, "--") ? strcspn(text, "=") : 2;
	const bool apart = strlen(text) == n;

	if (strncmp(text, "-m", n) == 0 || strncmp(text, "-k", n) == 0) {
		const char *value = apart ? next : text + 2;

		if (value && !is_unknown(value))
			*(text[1] == 'm' ? &r->marks : &r->keywords) = value;
		r->selected_word = i;
		return i + (apart && next);
	}
	for (size_t k = 0; k < ARRAY_LEN(handed_on); k++) {
		if (strlen(handed_on[k]) != n || strncmp(text, handed_on[k], n) != 0)
			continue;
		hand_on(r, text, apart ? next : NULL);
		return i + (apart && next);
	}
	for (size_t k = 0; k < ARRAY_LEN(plain); k++) {
		if (strlen(plain[k].name) != n || strncmp(text, plain[k].name, n) != 0)
			continue;
		if (plain[k].why)
			carried_note(r->c, r->line, i, "%s: %s", text, plain[k].why);
		return i + (plain[k].value && apart && next && next[0] != '-');
	}
	if (str_starts(text, "--") && text[2] && !is_unknown(text))
		hand_on(r, text, NULL);
	return i;
}

/* The first word behind pytest; 0 when it is not there. */
static size_t
program_end(const struct carry_line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		const char *base = path_base(line->words[i].text);

		if (strcmp(base, "pytest") == 0 || strcmp(base, "py.test") == 0)
			return i + 1;
		/* coverage run -m pytest and the like are found above; options end the search. */
		if (str_starts(base, "--benchmark-"))
			break;
	}
	return 0;
}

/* OMP_NUM_THREADS=1 pytest ... */
static void
take_environment(struct carried *c, const struct carry_line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		const char *text = line->words[i].text;
		const size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

		if (i == 0 && strcmp(text, "env") == 0)
			continue;
		if (n == 0 || text[n] != '=')
			return;
		if (!is_unknown(text) && !str_starts(text, "PYTEST_ADDOPTS="))
			carried_env(c, text, carried_place(c, line, i));
	}
}

static void
take_paths(struct reading *r)
{
	for (size_t i = 0; i < r->paths.n; i++) {
		const char *text = r->line->words[r->paths.v[i]].text;
		scoped_free char *file = xstrndup(text, strcspn(text, ":["));

		carried_add(&r->c->paths, carried_path(r->c, r->line->dir, file));
		if (strstr(text, "::"))
			carried_note(r->c, r->line, r->paths.v[i],
				"%s: the whole file is taken; `select` of the suite, or --bench, "
				"takes single benchmarks",
				text);
	}
}

/* -k with one word becomes a part of names; NULL when it is more than that. */
static const char *
with_keyword(struct reading *r, const char *where)
{
	const char *word = r->keywords;

	if (!word)
		return where;
	for (const char *p = word; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return NULL;
	return arena_printf(
		r->c->arena, "%s%sname=*%s*", where ? where : "", where ? "," : "", word);
}

static void
take_gate(struct reading *r, const char *fail)
{
	static const char *const everything[] = {NULL, NULL};
	const char *const *where = r->marks ? carry_marks(r->c->arena, r->marks) : everything;

	for (bool first = true; where && (*where || first); where++, first = false) {
		const char *both = with_keyword(r, *where);

		if (!both && (r->marks || r->keywords))
			break;
		carried_gate(r->c, fail, both, r->line, r->fail_word);
		if (where == everything)
			return;
		if (!where[1])
			return;
	}
	carried_note(r->c, r->line, r->selected_word,
		"%s for '%s%s%s': a gate's `where` takes no such expression; write the gate as you "
		"mean it",
		fail, r->marks ? r->marks : "", r->marks && r->keywords ? "' and '" : "",
		r->keywords ? r->keywords : "");
}

static void
select_by(struct carried_selection *s, const char *expression)
{
	for (size_t i = 0; expression && i < s->expressions.n; i++)
		if (strcmp(s->expressions.v[i], expression) == 0)
			return;
	if (expression)
		vec_add(&s->expressions, expression);
	else
		s->absent = true;
}

static void
take_options(struct reading *r, size_t from)
{
	for (size_t i = from; i < r->line->n; i++) {
		const char *text = r->line->words[i].text;

		if (str_starts(text, "--benchmark-"))
			i = take_benchmark_option(r, i);
		else if (text[0] == '-' && text[1])
			i = take_plain_option(r, i);
		else if (is_path(r, i))
			vec_add(&r->paths, i);
	}
}

static void
finish(struct reading *r, bool command)
{
	struct carried *c = r->c;

	for (size_t i = 0; i < r->fails.n; i++)
		take_gate(r, r->fails.v[i]);
	if (!command)
		return;
	c->pytest = true;
	take_environment(c, r->line);
	take_paths(r);
	select_by(&c->marks, r->marks);
	select_by(&c->keywords, r->keywords);
	for (size_t i = 0; i < r->args.n; i++)
		carried_add(&c->args, r->args.v[i]);
}

/* A command line that runs tests without measuring tells nothing about measuring. Of default
 * options these are what a command line takes back. */
static bool
measures(const struct carry_line *line, size_t from)
{
	bool any = false, off = false;

	for (size_t i = from; i < line->n; i++) {
		const char *text = line->words[i].text;

		any = any || str_starts(text, "--benchmark-");
		if (strcmp(text, "--benchmark-skip") == 0 ||
			strcmp(text, "--benchmark-disable") == 0)
			off = line->kind == CARRY_COMMAND;
		else if (strcmp(text, "--benchmark-only") == 0 ||
			 strcmp(text, "--benchmark-enable") == 0)
			off = false;
	}
	return any && !off;
}

static bool
read_options(struct carried *c, const struct carry_line *line, size_t from, bool command)
{
	struct reading r = {.c = c, .line = line};

	if (!measures(line, from))
		return false;
	take_options(&r, from);
	finish(&r, command);
	carried_add(&c->places, arena_printf(c->arena, "%s: pytest-benchmark",
					carried_place(c, line, from - (command && from))));
	vec_done(&r.fails);
	vec_done(&r.paths);
	vec_done(&r.args);
	return true;
}

bool
carry_pytest(struct carried *c, const struct carry_line *line)
{
	const size_t program = program_end(line);
	size_t from = program;

	/* Somebody else's options may stand in front. */
	while (!program && from < line->n && !str_starts(line->words[from].text, "--benchmark-"))
		from++;
	return read_options(c, line, from, program > 0);
}

void
carry_pytest_options(struct carried *c, const struct carry_line *line)
{
	const bool pytest = c->pytest;

	read_options(c, line, 0, true);
	c->pytest = pytest;
}
