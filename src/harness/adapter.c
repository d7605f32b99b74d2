#include "harness/adapter.h"

#include "base/format.h"
#include "base/str.h"
#include "core/metric.h"
#include "sys/fs.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TAIL_MAX ((size_t)16 << 10)

void
argv_done(struct argv *a)
{
	vec_done(&a->list);
}

void
argv_add(struct argv *a, const char *word)
{
	vec_add(&a->list, arena_strdup(a->arena, word));
}

void
argv_addf(struct argv *a, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	argv_add(a, text.p);
}

void
argv_add_all(struct argv *a, const char *const *words)
{
	for (; words && *words; words++)
		argv_add(a, *words);
}

/* What only a shell knows, though it looks like a program. */
static bool
is_builtin(const char *word)
{
	static const char *const words[] = {".", ":", "alias", "break", "case", "cd", "command",
		"continue", "eval", "exec", "exit", "export", "for", "if", "read", "readonly",
		"return", "set", "shift", "times", "trap", "type", "ulimit", "umask", "unset",
		"until", "wait", "while"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static bool
needs_shell(const char *run, const char *first_word)
{
	return run[strcspn(run, "#;\"'*?[]&|<>(){}$`^~!\\\n\r")] || strchr(first_word, '=') ||
	       is_builtin(first_word);
}

void
argv_add_run(struct argv *a, const char *run, bool more)
{
	static const char blanks[] = " \t";
	scoped(str) text = STR_INIT;

	/* A YAML block ends in a newline, which must not come between command and arguments. */
	str_add(&text, run + strspn(run, " \t\r\n"));
	str_trim(&text);
	const char *p = text.p;
	scoped_free char *first = xstrndup(p, strcspn(p, blanks));
	if (needs_shell(p, first)) {
		argv_add(a, "sh");
		argv_add(a, "-eu");
		argv_add(a, "-c");
		argv_addf(a, more ? "%s \"$@\"" : "%s", p);
		if (more)
			argv_add(a, "sh");
		return;
	}
	while (*p) {
		size_t n = strcspn(p, blanks);
		argv_addf(a, "%.*s", (int)n, p);
		p += n;
		p += strspn(p, blanks);
	}
}

const char *const *
argv_finish(struct argv *a)
{
	vec_add(&a->list, NULL);
	return arena_copy(a->arena, a->list.v, a->list.n, sizeof(*a->list.v));
}

const char *
adapter_number(struct arena *arena, double v)
{
	char buf[40];

	return arena_strdup(arena, format_json_number(v, buf, sizeof(buf)));
}

const char *
adapter_cwd(const struct launch_request *request, struct arena *arena)
{
	const char *cwd = request->suite->cwd;

	return cwd ? arena_printf(arena, "%s/%s", request->suite_dir, cwd) : NULL;
}

int
adapter_check_run(const struct suite *suite, struct err *err)
{
	if (!suite->run || !suite->run[strspn(suite->run, " \t\r\n")])
		return err_set(err, ERR_USAGE,
			"suite '%s': harness '%s' needs `run:`, the command to start", suite->name,
			suite->harness);
	return 0;
}

int
adapter_read(
	const char *path, size_t max, struct str *text, struct outcome *outcome, struct err *err)
{
	struct stat st;
	const char *name = path_base(path);

	if (lstat(path, &st) < 0) {
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "no result file '%s'", name);
		return 0;
	}
	if (!S_ISREG(st.st_mode)) {
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "'%s' is not a regular file", name);
		return 0;
	}
	if ((uintmax_t)st.st_size > max) {
		outcome_set(outcome, OUTCOME_BAD_OUTPUT, "'%s' is larger than %zu MiB", name,
			max >> 20);
		return 0;
	}
	return fs_read(path, max, text, err);
}

const char *
adapter_first_line(struct arena *arena, const char *text)
{
	text = text ? text : "";
	text += strspn(text, " \t\r\n");
	return arena_strndup(arena, text, strcspn(text, "\r\n"));
}

/* "" when the file is not there or has no text. */
static int
last_line(const char *path, struct arena *arena, const char **ret, struct err *err)
{
	scoped(str) text = STR_INIT;

	*ret = "";
	if (!path || !fs_exists(path))
		return 0;
	if (fs_read_tail(path, TAIL_MAX, &text, err) < 0)
		return -1;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\0')
			text.p[i] = ' ';
	str_trim(&text);
	char *line = text.p + text.n;
	while (line > text.p && line[-1] != '\n' && line[-1] != '\r')
		line--;
	*ret = arena_strdup(arena, line);
	return 0;
}

int
adapter_failed(const struct launch_output *output, struct arena *arena, struct outcome *ret,
	struct err *err)
{
	const char *line = "";

	if (last_line(output->stderr_path, arena, &line, err) < 0)
		return -1;
	if (!*line && last_line(output->stdout_path, arena, &line, err) < 0)
		return -1;
	outcome_set(ret, OUTCOME_FAILED, "exited with %d%s%s", output->exit_code, *line ? ": " : "",
		line);
	return 0;
}

bool
adapter_wall_timer(const char *timer)
{
	return strcmp(timer, "wall") == 0 || strcmp(timer, "perf_counter") == 0 ||
	       strcmp(timer, "monotonic") == 0;
}

void
adapter_escape(struct str *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\^$.|?*+()[]{}", text[i]))
			str_addc(out, '\\');
		str_addc(out, text[i]);
	}
}

bool
adapter_cpu_timer(const char *timer)
{
	static const char *const names[] = {"cpu", "process_time", "thread_time"};

	if (timer && str_starts(timer, "time."))
		timer += strlen("time.");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(timer, names[i]))
			return true;
	return false;
}

static int
by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

void
named_sort(struct named *list, size_t n)
{
	if (n)
		qsort(list, n, sizeof(*list), by_name);
}

size_t
named_find(const struct named *list, size_t n, const char *name)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(list[mid].name, name) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && strcmp(list[lo - 1].name, name) == 0 ? list[lo - 1].at : SIZE_MAX;
}

void
adapter_judge_values(struct launch_bench *bench)
{
	/* Only what the suite made up itself may be below zero. */
	bool signed_metric = !metric_known(bench->metric);

	for (size_t i = 0; i < bench->n_values; i++) {
		double v = bench->values[i], cpu = bench->cpu_values ? bench->cpu_values[i] : 0;

		if (!isfinite(v) || !isfinite(cpu)) {
			outcome_set(&bench->outcome, OUTCOME_FAILED,
				"not finite: round %zu of '%.200s'", i + 1, bench->name);
			return;
		}
		if (!signed_metric && (v < 0 || cpu < 0)) {
			outcome_set(&bench->outcome, OUTCOME_FAILED,
				"negative: round %zu of '%.200s'", i + 1, bench->name);
			return;
		}
	}
}

int
adapter_run_once(const struct launch_request *request, struct arena *arena,
	struct launch_command *ret, struct err *err)
{
	scoped(argv) argv = {.arena = arena};

	(void)err;
	argv_add_run(&argv, request->suite->run, request->suite->args && *request->suite->args);
	argv_add_all(&argv, request->suite->args);
	*ret = (struct launch_command){
		.argv = argv_finish(&argv),
		.cwd = adapter_cwd(request, arena),
	};
	return 0;
}
