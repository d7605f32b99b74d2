/* What the adapters share: building a command line, and reading files that others wrote. */
#ifndef HARNESS_ADAPTER_H
#define HARNESS_ADAPTER_H

#include "base/str.h"
#include "base/vec.h"
#include "core/harness.h"
#include "format/format.h"

extern const struct harness harness_asv;
extern const struct harness harness_command;
extern const struct harness harness_criterion;
extern const struct harness harness_go;
extern const struct harness harness_google_benchmark;
extern const struct harness harness_hyperfine;
extern const struct harness harness_jmh;
extern const struct harness harness_lines;
extern const struct harness harness_nanobench;
extern const struct harness harness_predicate;
extern const struct harness harness_pytest_benchmark;
extern const struct harness harness_pytest_benchmem;

#define ADAPTER_FILE_MAX ((size_t)16 << 20) /* bytes of a result file */
#define ADAPTER_BENCH_MAX 100000            /* benches or result lines of a launch */

/* A command line that grows; its texts live in the arena. */
struct argv {
	struct arena *arena;
	vec(const char *) list;
};
void argv_done(struct argv *a);
void argv_add(struct argv *a, const char *word);
void argv_addf(struct argv *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void argv_add_all(struct argv *a, const char *const *words); /* NULL-terminated, or NULL */
/* A suite's `run:`. Without anything that a shell would interpret its words are taken as they are,
 * as make does; otherwise `sh -eu -c`. Words added later are its further arguments either way. */
void argv_add_run(struct argv *a, const char *run, bool more);
/* NULL-terminated, in the arena. */
const char *const *argv_finish(struct argv *a);

/* The shortest text of a number that reads back the same, in the arena. */
const char *adapter_number(struct arena *arena, double v);
/* suite->cwd below suite_dir, or NULL. */
const char *adapter_cwd(const struct launch_request *request, struct arena *arena);
/* ERR_USAGE unless the suite has `run:`. */
int adapter_check_run(const struct suite *suite, struct err *err);

/* Reads a file that a launch left. Missing, not a regular file or too large: *outcome becomes
 * bad-output and text stays empty. -1 only when we cannot read it. */
int adapter_read(
	const char *path, size_t max, struct str *text, struct outcome *outcome, struct err *err);
/* Sets the outcome of a command that ended with a failure: exit code and the last line that it
 * wrote to stderr (to stdout when there is none). */
int adapter_failed(const struct launch_output *output, struct arena *arena, struct outcome *ret,
	struct err *err);
/* Up to the first line break; never NULL. */
const char *adapter_first_line(struct arena *arena, const char *text);

/* "pytest-benchmark" and "cpu": whether the timer of the settings is a CPU clock. */
bool adapter_cpu_timer(const char *timer);
/* The same for a wall clock. */
bool adapter_wall_timer(const char *timer);
/* Adds the n bytes as a regular expression that POSIX, ECMAScript, Go and Rust read alike. */
void adapter_escape(struct str *out, const char *text, size_t n);

/* A name of a bench in a result, for finding duplicates and for joining two files. Sorted by name,
 * then by place. */
struct named {
	const char *name;
	size_t at;
};
void named_sort(struct named *list, size_t n);
/* The place of the last entry of that name in the sorted list, or SIZE_MAX. */
size_t named_find(const struct named *list, size_t n, const char *name);

/* Fails the bench unless all its values are finite and, where it is a metric that core/metric.h
 * knows, not negative. Zero is a value. */
void adapter_judge_values(struct launch_bench *bench);

/* Several commands in one launch: a script that runs them one after another, whatever becomes of
 * each, and ends with the largest exit code. After each it prints an empty line. */
struct script {
	struct str text;
};
void script_done(struct script *script);
/* dir: where it starts; it is a failure when that is not there. argv is NULL-terminated. */
void script_add(struct script *script, const char *dir, const char *const *argv);
/* A line on standard output. */
void script_say(struct script *script, const char *line);
/* Writes it to the launch's private directory, as the launch's command. */
int script_finish(struct script *script, const struct launch_request *request, struct arena *arena,
	struct launch_command *ret, struct err *err);

/* Runs nothing, and the launch fails with that sentence. */
void script_refuse(struct script *script, const char *sentence);

/* A line of PREFIX/benches.list, which recipes write: the program below the prefix (or "-": it
 * could not be built), the directory below the tree where it is to run, and its name (Go's import
 * path, cargo's name of the target), with tabs between them. */
struct built {
	const char *program; /* absolute, or NULL */
	const char *below;   /* the directory; "" for the top */
	const char *dir;     /* the same, absolute */
	const char *name;
};
/* Those that the suite's paths name (all when it has none): "./parser", "./net/...", or a name. */
int adapter_built(const struct launch_request *request, struct arena *arena, struct built **ret,
	size_t *ret_n, struct err *err);
/* ERR_USAGE for a suite with both or with an absolute path. */
int adapter_check_built(const struct suite *suite, struct err *err);

/* Benches that can be run by one command, where a harness takes rounds and iterations for all that
 * it runs: launch_request.fixed, sorted out. Iterations are rounded down a little, so that there
 * are not as many groups as benches. */
struct fixed_group {
	unsigned rounds;          /* those to be dropped included; 0: as the settings say */
	uint64_t iterations;      /* 0: the harness decides */
	const char *const *names; /* NULL-terminated */
	bool others;              /* the benches that are not in names, but all others */
};
/* The groups of a launch, in the arena; a single one with all benches (no names, others) where
 * nothing is fixed. */
size_t adapter_groups(
	const struct launch_request *request, struct arena *arena, const struct fixed_group **ret);

/* What a launch left at path (a file or a directory), as a reader of src/format/ sees it: its
 * benches are added to ret, with the notes and the tool's version; ret->outcome becomes bad-output
 * when it is missing or cannot be read. Only the benches that the request names are taken, without
 * the rounds that bench_rounds says to drop, and by the CPU clock where the settings want that and
 * the format has it.
 * name: what a bench is called here; NULL: its full name. */
struct adapter_source {
	const struct format *format;
	const char *path;
	const char *(*name)(const struct run_bench *bench, const struct adapter_source *source,
		const struct launch_request *request, struct arena *arena);
	const void *arg; /* for name */
	bool warmed;     /* nothing is to be dropped: the program did that itself */
};
int adapter_take_run(const struct adapter_source *source, const struct launch_request *request,
	struct arena *arena, struct launch_result *ret, struct err *err);
/* Adds a sentence to ret->notes, once. */
void adapter_note(struct launch_result *ret, struct arena *arena, const char *sentence);

/* The command of a harness whose program is run once and not timed by us: `run` and `args`. */
int adapter_run_once(const struct launch_request *request, struct arena *arena,
	struct launch_command *ret, struct err *err);

#endif
