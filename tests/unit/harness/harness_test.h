/* A launch played by hand: files are written where a program would have left them, then read. */
#ifndef HARNESS_TEST_H
#define HARNESS_TEST_H

#include "base/str.h"
#include "core/run.h"
#include "harness/harness.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <string.h>

struct play {
	const struct harness *harness;
	struct arena arena;
	struct suite suite;
	struct launch_request request;
	struct launch_output output;
	struct launch_result result;
	struct launch_command command;
	char *dir;
	struct str notes; /* of unsupported(), one a line */
};

static inline void
play_init(struct play *p, const char *harness)
{
	struct err err = ERR_INIT;

	*p = (struct play){.suite = {.name = "suite", .harness = harness}, .notes = STR_INIT};
	ck_assert_int_eq(harness_find(harness, &p->harness, &err), 0);
	ck_assert_int_eq(fs_temp_dir("/tmp/harness-test-", &p->dir, &err), 0);
	p->request = (struct launch_request){.suite = &p->suite,
		.settings = SETTINGS_INIT,
		.suite_dir = "/suite",
		.prefix = "/prefix",
		.out_dir = p->dir,
		.rev_id = "0123abcd"};
	p->output.out_dir = p->dir;
	p->output.stdout_path = arena_printf(&p->arena, "%s/stdout", p->dir);
	p->output.stderr_path = arena_printf(&p->arena, "%s/stderr", p->dir);
}

static inline void
play_done(struct play *p)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(fs_remove(p->dir, &err), 0);
	free(p->dir);
	str_done(&p->notes);
	arena_done(&p->arena);
}

static inline void
play_bytes(struct play *p, const char *name, const char *text, size_t n)
{
	struct err err = ERR_INIT;
	scoped_free char *path = path_join(p->dir, name);

	ck_assert_int_eq(fs_write_atomic(path, text, n, &err), 0);
}

static inline void
play_write(struct play *p, const char *name, const char *text)
{
	play_bytes(p, name, text, strlen(text));
}

/* A file of tests/data/harness as the launch's NAME. */
static inline void
play_data(struct play *p, const char *name, const char *data)
{
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;
	scoped_free char *path = xasprintf("%s/harness/%s", getenv("TEST_DATA"), data);

	ck_assert_msg(fs_read(path, STR_MAX, &text, &err) == 0, "%s", err.text);
	play_bytes(p, name, text.p, text.n);
}

static inline const struct launch_result *
play_read(struct play *p)
{
	struct err err = ERR_INIT;

	ck_assert_msg(p->harness->read(&p->request, &p->output, &p->arena, &p->result, &err) == 0,
		"%s", err.text);
	return &p->result;
}

/* The command line with words separated by '|' (and OUT for the private directory). */
static inline const char *
play_argv(struct play *p)
{
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;
	size_t k = strlen(p->dir);

	ck_assert_msg(p->harness->command(&p->request, &p->arena, &p->command, &err) == 0, "%s",
		err.text);
	for (const char *const *word = p->command.argv; *word; word++) {
		const char *at = *word, *dir;

		str_add(&text, word == p->command.argv ? "" : "|");
		for (; (dir = strstr(at, p->dir)); at = dir + k) {
			str_addn(&text, at, (size_t)(dir - at));
			str_add(&text, "OUT");
		}
		str_add(&text, at);
	}
	return arena_strdup(&p->arena, text.p);
}

static inline void
play_note(const char *sentence, void *arg)
{
	str_addf(arg, "%s\n", sentence);
}

static inline const char *
play_unsupported(struct play *p)
{
	str_clear(&p->notes);
	p->harness->unsupported(&p->request.settings, play_note, &p->notes);
	return p->notes.p;
}

static inline const struct launch_bench *
play_bench(struct play *p, const char *name)
{
	for (size_t i = 0; i < p->result.n_benches; i++)
		if (strcmp(p->result.benches[i].name, name) == 0)
			return &p->result.benches[i];
	ck_abort_msg("no bench '%s'", name);
	return NULL;
}

/* The launch's outcome, and a part of its detail. */
#define expect_outcome(p, what, part)                                                              \
	do {                                                                                       \
		const struct launch_result *r_ = play_read(p);                                     \
		ck_assert_msg(r_->outcome.kind == (what), "%s: %s",                                \
			outcome_name(r_->outcome.kind), r_->outcome.detail);                       \
		ck_assert_msg(strstr(r_->outcome.detail, part), "%s", r_->outcome.detail);         \
	} while (0)

/* A bench's outcome, and a part of its detail. */
#define expect_bench(p, name, what, part)                                                          \
	do {                                                                                       \
		const struct launch_bench *b_ = play_bench(p, name);                               \
		ck_assert_msg(b_->outcome.kind == (what), "%s: %s: %s", name,                      \
			outcome_name(b_->outcome.kind), b_->outcome.detail);                       \
		ck_assert_msg(strstr(b_->outcome.detail, part), "%s", b_->outcome.detail);         \
	} while (0)

#endif
