/* Callgrind's output, one file a process, or several. The format is described in Valgrind's manual,
 * "Callgrind Format Specification". Here only self cost is of interest: what stands below "fn=",
 * without the line after each "calls=", which tells what the called function cost with all that it
 * called. */
#include "sweep/why.h"

#include "sys/fs.h"

#include <ctype.h>
#include <string.h>

#define ID_MAX ((uint64_t)1 << 20) /* of a compressed name; they are counted from 1 */
#define EVENTS_MAX 64              /* columns of costs */

/* Names by the number that stands for them from their second use on. */
typedef vec(const char *) name_list;

struct reader {
	struct why_side *side;
	name_list functions, objects;
	unsigned positions; /* columns of a line before its costs */
	unsigned event;     /* the column of "Ir" among the costs */
	const char *function, *object;
	int64_t cost, total;
	bool skip;  /* the next line of costs is that of a call */
	bool known; /* there was a line of events */
	const char *command;
};

/* A word of a line, which ends at the blank after it. */
static const char *
next_word(const char *p, const char *end)
{
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Digits, decimal or hexadecimal; what is too large is cut. */
static int64_t
read_number(const char *p, const char *end)
{
	unsigned base = end - p > 2 && p[0] == '0' && p[1] == 'x' ? 16 : 10;
	int64_t v = 0;

	for (p += base == 16 ? 2 : 0; p < end && isxdigit((unsigned char)*p); p++) {
		int digit = *p <= '9' ? *p - '0' : (*p | 0x20) - 'a' + 10;

		if (digit >= (int)base)
			break;
		if (v > (INT64_MAX - digit) / base)
			return INT64_MAX;
		v = v * base + digit;
	}
	return v;
}

static int64_t
add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* "(12) name" tells what 12 is, "(12)" means it, "name" stands for itself. */
static const char *
read_name(struct reader *r, name_list *names, const char *p, const char *end)
{
	uint64_t id = 0;
	bool compressed = p < end && *p == '(' && p + 1 < end && isdigit((unsigned char)p[1]);

	if (compressed) {
		for (p++; p < end && isdigit((unsigned char)*p); p++)
			id = id < ID_MAX ? id * 10 + (uint64_t)(*p - '0') : ID_MAX;
		p += p < end && *p == ')';
		while (p < end && *p == ' ')
			p++;
	}
	if (!compressed || id >= ID_MAX)
		return arena_strndup(&r->side->arena, p, (size_t)(end - p));
	while (names->n <= id)
		vec_add(names, NULL);
	if (p < end)
		names->v[id] = arena_strndup(&r->side->arena, p, (size_t)(end - p));
	return names->v[id] ? names->v[id] : "?";
}

/* What has no symbol is called by its address, which is another one in each build. */
static const char *
function_name(struct reader *r)
{
	if (!str_starts(r->function, "0x"))
		return r->function;
	return arena_printf(
		&r->side->arena, "(without a name in %s)", r->object ? path_base(r->object) : "?");
}

/* The costs below the last "fn=". */
static void
end_function(struct reader *r)
{
	if (r->known && r->function && r->cost > 0)
		vec_add(&r->side->list,
			(struct why_value){.name = function_name(r), .value = r->cost});
	r->total = add(r->total, r->cost);
	r->cost = 0;
}

/* "16 400 3" with the positions first: "+3 400", "* 400". Costs at the end may be left out. */
static void
read_costs(struct reader *r, const char *p, const char *end)
{
	if (r->skip) {
		r->skip = false;
		return;
	}
	for (unsigned i = 0; i < r->positions + r->event && p < end; i++)
		p = next_word(p, end);
	if (p < end && isdigit((unsigned char)*p))
		r->cost = add(r->cost, read_number(p, end));
}

static bool
starts(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

static void
read_events(struct reader *r, const char *p, const char *end)
{
	for (unsigned i = 0; p < end && i < EVENTS_MAX; i++) {
		const char *next = next_word(p, end);

		if (starts(p, end, "Ir") && (p + 2 == end || p[2] == ' ')) {
			r->event = i;
			r->known = true;
		}
		p = next;
	}
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* "key: value" */
static void
read_header(struct reader *r, const char *p, const char *end)
{
	const char *value = memchr(p, ':', (size_t)(end - p));

	if (!value)
		return;
	value = skip_blanks(value + 1, end);
	if (starts(p, end, "events:")) {
		read_events(r, value, end);
	} else if (starts(p, end, "cmd:")) {
		r->command = arena_strndup(&r->side->arena, value, (size_t)(end - value));
	} else if (starts(p, end, "positions:")) {
		r->positions = 0;
		for (; value < end && r->positions < 2; value = next_word(value, end))
			r->positions++;
	}
}

static void
read_line(struct reader *r, const char *p, const char *end)
{
	p = skip_blanks(p, end);
	if (p == end || *p == '#')
		return;
	if (isdigit((unsigned char)*p) || *p == '+' || *p == '-' || *p == '*') {
		read_costs(r, p, end);
	} else if (starts(p, end, "fn=")) {
		end_function(r);
		r->function = read_name(r, &r->functions, p + 3, end);
	} else if (starts(p, end, "cfn=")) {
		read_name(r, &r->functions, p + 4, end);
	} else if (starts(p, end, "ob=")) {
		end_function(r);
		r->object = read_name(r, &r->objects, p + 3, end);
	} else if (starts(p, end, "cob=")) {
		read_name(r, &r->objects, p + 4, end);
	} else if (starts(p, end, "calls=") || starts(p, end, "rcalls=") ||
		   starts(p, end, "jump=") || starts(p, end, "jcnd=")) {
		r->skip = true;
	} else {
		read_header(r, p, end);
	}
}

/* The name of the program when it is one that runs programs of others. */
static const char *
interpreter_of(struct why_side *side, const char *command)
{
	static const char *const known[] = {"python", "pypy", "node", "deno", "bun", "ruby", "perl",
		"php", "lua", "java", "Rscript", "R", "julia", "guile", "tclsh", "mono", "dotnet",
		"beam.smp", "sh", "dash", "bash", "zsh", "ksh", "busybox", "awk", "mawk", "gawk"};

	if (!command)
		return NULL;
	scoped_free char *path = xstrndup(command, strcspn(command, " "));
	const char *name = path_base(path);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		size_t n = strlen(known[i]);

		/* python3.11, lua5.4, ruby3.1 */
		if (strncmp(name, known[i], n) == 0 && !name[n + strspn(name + n, "0123456789.-")])
			return arena_strdup(&side->arena, name);
	}
	return NULL;
}

static void
add_totals(struct reader *r)
{
	const char *interpreter = interpreter_of(r->side, r->command);

	r->side->total = add(r->side->total, r->total);
	if (!interpreter)
		return;
	r->side->interpreted = add(r->side->interpreted, r->total);
	if (r->total >= r->side->most) {
		r->side->most = r->total;
		r->side->interpreter = interpreter;
	}
}

bool
why_read_callgrind(const char *text, struct why_side *side)
{
	struct reader r = {.side = side, .positions = 1};

	for (const char *p = text; *p;) {
		const char *end = p + strcspn(p, "\n");

		read_line(&r, p, end > p && end[-1] == '\r' ? end - 1 : end);
		p = *end ? end + 1 : end;
	}
	end_function(&r);
	if (r.known)
		add_totals(&r);
	vec_done(&r.functions);
	vec_done(&r.objects);
	return r.known;
}
