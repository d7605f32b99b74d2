/* Where the time goes, by the counters of the machine: perf record of both, and perf diff. */
#include "why_priv.h"

#include "sys/fs.h"

#include <string.h>

#define EVENT "instructions:u"

/* Up to the end of the first line that says something, without blanks around it. */
static char *
first_line(const char *text)
{
	while (*text && strchr(" \t\r\n", *text))
		text++;
	scoped_free char *line = xstrndup(text, strcspn(text, "\r\n"));
	return steal(&line);
}

/* Whether this machine counts instructions. perf may end with 0 though it does not. */
static int
can_count(struct why_work *work, const char *perf, struct why_notes *notes, bool *ret,
	struct err *err)
{
	const char *const argv[] = {perf, "stat", "-e", EVENT, "true", NULL};
	scoped(why_said) said = {0};

	if (why_run(work, argv, &said, err) < 0)
		return -1;
	bool counted = strstr(said.err.p, "<not supported>") == NULL &&
		       strstr(said.err.p, "<not counted>") == NULL;
	*ret = why_said_well(&said) && counted;
	if (*ret)
		return 0;
	scoped_free char *line = first_line(said.err.n ? said.err.p : said.out.p);
	if (why_said_well(&said))
		why_note(notes, "this machine has no counter of instructions for perf");
	else
		why_note(notes, "perf cannot count instructions here: %s",
			*line ? line : "it does not say why");
	return 0;
}

static int
record(struct why_work *work, const char *perf, size_t i, const char *dir, const char *data,
	struct why_notes *notes, bool *ret_well, struct err *err)
{
	const char *const wrapper[] = {
		perf, "record", "-q", "-N", "-e", EVENT, "-o", data, "--", NULL};

	enum outcome_kind end;

	if (fs_mkdir_p(dir, 0700, err) < 0 ||
		why_launch(work, i, wrapper, dir, notes, &end, err) < 0)
		return -1;
	*ret_well = end == OUTCOME_OK;
	if (*ret_well && !fs_exists(data)) {
		why_note(notes, "perf recorded nothing of %s", why_label(work, i));
		*ret_well = false;
	}
	return 0;
}

/* The lines of a table without its head. */
static const char *const *
table_of(const char *text, struct arena *arena)
{
	const char **lines = arena_alloc(arena, WHY_SHOWN + 1, sizeof(*lines));
	size_t n = 0;

	for (const char *p = text; *p && n < WHY_SHOWN;) {
		size_t length = strcspn(p, "\n");
		scoped_free char *line = first_line(p);

		if (strspn(p, " \t\r") < length && *line != '#')
			lines[n++] = arena_strdup(arena, line);
		p += length + (p[length] == '\n');
	}
	return n ? lines : NULL;
}

static int
compare(struct why_work *work, const char *perf, const char *before, const char *after,
	struct why *ret, struct why_notes *notes, struct err *err)
{
	const char *const argv[] = {perf, "diff", before, after, NULL};
	scoped(why_said) said = {0};

	if (why_run(work, argv, &said, err) < 0)
		return -1;
	if (why_said_well(&said))
		ret->perf = table_of(said.out.p, work->arena);
	if (!ret->perf) {
		scoped_free char *line = first_line(said.err.p);
		why_note(notes, "perf diff tells nothing%s%s", *line ? ": " : "", line);
	}
	return 0;
}

int
why_perf(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err)
{
	scoped_free char *perf = why_find_program("perf");
	scoped_free char *dir = path_join(work->dir, "perf");
	scoped_free char *before = path_join(dir, "a"), *after = path_join(dir, "b");
	bool well = false;

	if (!perf) {
		why_note(notes, "there is no perf on PATH");
		return 0;
	}
	if (can_count(work, perf, notes, &well, err) < 0)
		return -1;
	if (well && record(work, perf, 0, dir, before, notes, &well, err) < 0)
		return -1;
	if (well && record(work, perf, 1, dir, after, notes, &well, err) < 0)
		return -1;
	return well ? compare(work, perf, before, after, ret, notes, err) : 0;
}
