/* The parts of `bisect --why`: why.c gathers them. */
#ifndef SWEEP_WHY_PRIV_H
#define SWEEP_WHY_PRIV_H

#include "sweep/why.h"
#include "sweep_priv.h"

/* Two revisions, the parent and the culprit, with builds and suites in place. */
struct why_work {
	struct carry *carry;
	struct arena *arena; /* of what is told */
	char *dir;           /* private to this look, below the directory of launches */
	size_t revs[2];
	size_t suite;
	const char *only[2]; /* the bench, where the harness selects; or NULL */
};

/* Sentences about one part. */
struct why_notes {
	struct arena *arena;
	vec(const char *) list;
};
void why_note(struct why_notes *notes, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* In the arena, NULL-terminated; NULL when there is none. The notes are gone. */
const char *const *why_notes_finish(struct why_notes *notes);

const char *why_label(const struct why_work *work, size_t side);
const char *why_prefix(const struct why_work *work, size_t side);

/* What a program of this machine printed. */
struct why_said {
	struct str out, err;
	struct proc_end end;
};
void why_said_done(struct why_said *said);
bool why_said_well(const struct why_said *said); /* it ended with 0 */
/* Runs a program that we need, not one of a revision. argv[0] is a path. */
int why_run(struct why_work *work, const char *const *argv, struct why_said *ret, struct err *err);
/* The path of a program on our own PATH, or NULL. The caller frees. */
char *why_find_program(const char *name);
/* One quick launch of a side under a wrapper, which may write to `keep`. What became of it is noted
 * when it did not end well. */
int why_launch(struct why_work *work, size_t side, const char *const *wrapper, const char *keep,
	struct why_notes *notes, enum outcome_kind *ret, struct err *err);

/* Each: -1 is what stops us. */
int why_functions(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err);
int why_files(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err);
int why_symbols(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err);
int why_perf(struct why_work *work, struct why *ret, struct why_notes *notes, struct err *err);

#endif
