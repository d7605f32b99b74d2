/* What people used before revsweep: options of pytest-benchmark in files that start it, sweeps of
 * benchmem, asv's configuration. All of it is read as text and never run.
 *
 * Of two answers to one question the first wins, and the other is said. Command lines come before
 * files that hold pytest's default options, as pytest has it; within a command line the last of two
 * options wins, as pytest has it, too. */
#ifndef CLI_CARRY_H
#define CLI_CARRY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

struct carry_word {
	const char *text;
	int line; /* of its file, from 1 */
};

enum carry_kind {
	CARRY_COMMAND, /* words of a command line */
	CARRY_ADDOPTS, /* pytest's default options: what they say holds anyway */
};

struct carry_line {
	enum carry_kind kind;
	const char *file; /* below the top, or "--from" */
	const char *dir;  /* where it is run below the top, or NULL */
	const struct carry_word *words;
	size_t n;
};

struct carry_lines {
	struct arena *arena;
	vec(struct carry_line) list;
};

struct carry_text {
	const char *file, *text, *dir;
	int line;      /* of the text's beginning */
	bool one_line; /* a newline is a blank */
	bool makefile; /* "@" and "-" in front of a command are make's */
	bool nested;   /* a word of another text: is not looked into again */
	enum carry_kind kind;
};

void carry_lines_done(struct carry_lines *lines);

/* Splits text as a shell would and adds its command lines that are about benchmarks. */
void carry_shell(const struct carry_text *text, struct carry_lines *out);
/* Python or TOML: lists of strings, and the calls that they are handed to. */
void carry_python(const struct carry_text *text, struct carry_lines *out);
void carry_toml(const struct carry_text *text, struct carry_lines *out);
/* A makefile, a file of sections (tox.ini, setup.cfg) and a workflow in YAML. What cannot be parsed
 * holds nothing. */
void carry_makefile(const struct carry_text *text, struct carry_lines *out);
void carry_ini(const struct carry_text *text, struct carry_lines *out);
void carry_workflow(const struct carry_text *text, struct carry_lines *out);

enum carry_setting {
	CARRY_TIMER,
	CARRY_CALIBRATION_PRECISION,
	CARRY_MIN_TIME,
	CARRY_MAX_TIME,
	CARRY_MIN_ROUNDS,
	CARRY_WARMUP,
	CARRY_WARMUP_ITERATIONS,
	CARRY_DISABLE_GC,
	CARRY_SETTINGS
};
extern const char *const carry_setting_names[CARRY_SETTINGS];

struct carried_value {
	const char *value; /* as revsweep.yml has it; NULL: nobody said */
	const char *place; /* "file:line" */
	size_t command;    /* number of the command line that said so */
};

struct carried_gate {
	const char *fail, *where; /* where: NULL for all */
	const char *place;
	size_t command;
};

/* -m or -k of command lines: all that measure have one, or nothing is selected. */
struct carried_selection {
	vec(const char *) expressions;
	bool absent; /* from a command line that measures */
};

typedef vec(const char *) carried_texts;

/* Everything lives in the arena; the lists are carried_done()'s. */
struct carried {
	struct arena *arena;
	const char *root; /* where paths are looked for */
	size_t commands;  /* read until now */
	bool pytest;      /* a command line of pytest that measures */
	const char *asv;  /* the directory of asv's benchmarks, or NULL */
	bool asv_command; /* a command line of asv's */
	bool versions;    /* revisions are releases */
	const char *project, *package, *python, *as_of, *module, *subdir;
	const char *metrics; /* "time, peak", or NULL */
	struct carried_value settings[CARRY_SETTINGS];
	struct carried_value passes;
	vec(struct carried_gate) gates;
	struct carried_selection marks, keywords;
	carried_texts paths, args, include, pins, env; /* env: NAME=VALUE */
	carried_texts places;                          /* "file:line: what was found there" */
	carried_texts notes;                           /* what is not carried over, and why */
	carried_texts conflicts;                       /* of two answers, the one that lost */
	carried_texts now;                             /* command lines that do the same now */
};

void carried_done(struct carried *carried);
void carried_add(carried_texts *list, const char *text); /* unless it is there */
/* "file:line" of a word. */
const char *carried_place(struct carried *c, const struct carry_line *line, size_t word);
void carried_set(struct carried *c, enum carry_setting which, const char *value,
	const struct carry_line *line, size_t word);
/* Without effect but a note when it is no gate. */
void carried_gate(struct carried *c, const char *fail, const char *where,
	const struct carry_line *line, size_t word);
/* NAME=VALUE; place is where it stands. */
void carried_env(struct carried *c, const char *text, const char *place);
/* file:line: sentence */
void carried_note(struct carried *c, const struct carry_line *line, size_t word, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));
/* dir/path below the top, without "." in it; NULL when it leads out of the top. */
const char *carried_path(struct carried *c, const char *dir, const char *path);

/* Each takes a command line of its tool and returns whether it was one. */
bool carry_pytest(struct carried *c, const struct carry_line *line);
bool carry_benchmem(struct carried *c, const struct carry_line *line);
bool carry_asv_command(struct carried *c, const struct carry_line *line);
/* Options of pytest alone, which somebody else starts. */
void carry_pytest_options(struct carried *c, const struct carry_line *line);
/* Selections of marks as conditions of gates, NULL-terminated: one of them must hold. NULL when
 * they cannot be said. */
const char *const *carry_marks(struct arena *arena, const char *expression);
/* path: asv.conf.json below the top; what is wrong with it becomes a note. */
int carry_asv_conf(struct carried *c, const char *path, struct err *err);

/* Looks through the files of the project; asv_conf may be NULL. */
int carry_project(const char *root, const char *asv_conf, struct arena *arena, struct carried *ret,
	struct err *err);
/* One command line that somebody typed, and the configuration that it reads; ERR_USAGE when it is
 * none that we know. */
int carry_from(const char *text, const char *root, const char *asv_conf, struct arena *arena,
	struct carried *ret, struct err *err);
/* Whether anything was found. */
bool carried_any(const struct carried *c);

#endif
