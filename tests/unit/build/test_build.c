#include "build/build.h"

#include "base/str.h"
#include "core/env.h"
#include "sys/fs.h"
#include "sys/lock.h"
#include "sys/proc.h"
#include "sys/stop.h"

#include "../check_main.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* A cache, a tree and a recipe of one test. */
struct world {
	struct arena arena;
	char *dir, *cache;
	struct recipe recipe;
	struct rev rev;
	atomic_int checkouts;
	const char *makefile;
};

static void
write_file(const char *dir, const char *name, const char *text)
{
	scoped_free char *path = path_join(dir, name);
	struct err err = ERR_INIT;

	ck_assert_msg(fs_write_atomic(path, text, strlen(text), &err) == 0, "%s", err.text);
}

/* A small program with a Makefile of its own. */
static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	struct world *w = arg;

	(void)err;
	atomic_fetch_add(&w->checkouts, 1);
	write_file(dest, "prog.c",
		"#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n");
	write_file(dest, "Makefile",
		w->makefile
			? w->makefile
			: "all: prog\nprog: $(SRC)/prog.c\n\t$(CC) -g -O1 -o $@ $(SRC)/prog.c\n");
	write_file(dest, "label", rev->label);
	return 0;
}

static void
world_init(struct world *w, const char *recipe)
{
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	memset(w, 0, sizeof(*w));
	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &w->dir, &err), 0);
	w->cache = path_join(w->dir, "cache");
	w->rev = (struct rev){.kind = REVSPEC_GIT,
		.spec = "v1",
		.label = "v1",
		.id = "1111111111111111111111111111111111111111",
		.tree_id = "2222222222222222222222222222222222222222",
		.date = 1600000000};
	int r = yaml_parse(recipe, strlen(recipe), "test.yml", &w->arena, &root, &err);
	if (r == 0)
		r = recipe_of_yaml(root, "test", "test.yml", &w->arena, &w->recipe, &err);
	ck_assert_msg(r == 0, "%s", err.text);
}

static void
world_done(struct world *w)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(w->dir, &err) == 0, "%s", err.text);
	free(w->dir);
	free(w->cache);
	arena_done(&w->arena);
}

static struct build_request
request_of(struct world *w)
{
	return (struct build_request){.rev = &w->rev,
		.recipe = &w->recipe,
		.isolation = ISOLATION_PREFIX,
		.jobs = 2,
		.cache = w->cache,
		.checkout = checkout,
		.arg = w};
}

static struct build
must_build(const struct build_request *request)
{
	struct err err = ERR_INIT;
	struct build build = {0};

	ck_assert_msg(build_run(request, &build, &err) == 0, "%s", err.text);
	return build;
}

static bool
has(const char *dir, const char *name)
{
	scoped_free char *path = path_join(dir, name);

	return fs_exists(path);
}

static void
log_has(const struct build *build, const char *what, bool wanted)
{
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(fs_read(build->log, 1 << 20, &text, &err) == 0, "%s", err.text);
	ck_assert_msg((strstr(text.p, what) != NULL) == wanted, "%s in:\n%s", what, text.p);
}

#define COMPILE                                                                                    \
	"needs: [make, cc]\n"                                                                      \
	"steps:\n"                                                                                 \
	"  - {name: compile, run: make -f \"$SRC/Makefile\" SRC=\"$SRC\"}\n"                       \
	"  - {name: install, run: mkdir \"$PREFIX/bin\"; cp prog \"$PREFIX/bin\"}\n"

START_TEST(builds_once_and_uses_it_again)
{
	struct world w;

	world_init(&w, COMPILE "verify: test \"$(\"$PREFIX/bin/prog\")\" = hello\n");
	struct build_request request = request_of(&w);
	struct build first = must_build(&request);
	ck_assert_msg(first.outcome.kind == OUTCOME_OK, "%s", first.outcome.detail);
	ck_assert(!first.reused);
	ck_assert_uint_eq(strlen(first.digest), 64);
	ck_assert_int_eq(first.confined, proc_can_confine());
	ck_assert(has(first.prefix, "bin/prog"));
	scoped_free char *entry = path_dir(first.prefix);
	ck_assert(has(entry, "MANIFEST.json") && has(entry, "log"));
	ck_assert(!has(entry, "src") && !has(entry, "build") && !has(entry, "home") &&
		  !has(entry, "tmp"));
	log_has(&first, "==> compile\n", true);
	log_has(&first, "==> verify\n", true);
	struct build again = must_build(&request);
	ck_assert(again.reused);
	ck_assert_str_eq(again.digest, first.digest);
	ck_assert_str_eq(again.key, first.key);
	ck_assert_double_eq(again.wall_s, first.wall_s);
	ck_assert_ptr_null(again.note);
	ck_assert_int_eq(w.checkouts, 1);
	build_done(&first);
	build_done(&again);
	world_done(&w);
}
END_TEST

START_TEST(steps_see_values_and_nothing_else)
{
	struct world w;

	setenv("REVSWEEP_CANARY", "secret", 1);
	setenv("RS_PASSED", "passed on", 1);
	world_init(&w,
		"parameters: {my-list: {default: [a, b c]}, other: {default: '$(touch pwned)'}}\n"
		"env: {FROM_RECIPE: '${PREFIX}/x'}\n"
		"steps:\n"
		"  - name: show\n"
		"    run: |\n"
		"      env > \"$PREFIX/env\"\n"
		"      pwd > \"$PREFIX/pwd\"\n"
		"      test \"$(pwd)\" = \"$BUILD\"; test -f \"$SRC/label\"\n"
		"      test -w \"$HOME\"; test -w \"$TMPDIR\"\n"
		"      test \"$WITH_OTHER\" = '$(touch pwned)'\n");
	static const struct recipe_pair env[] = {{"FROM_CONFIG", "1"}};
	static const char *const pass[] = {"RS_PASSED", NULL};
	struct build_request request = request_of(&w);
	request.env = env;
	request.n_env = 1;
	request.pass_env = pass;
	struct build build = must_build(&request);
	ck_assert_msg(build.outcome.kind == OUTCOME_OK, "%s", build.outcome.detail);
	scoped_free char *path = path_join(build.prefix, "env");
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	ck_assert_int_eq(fs_read(path, 1 << 20, &text, &err), 0);
	static const char *const wanted[] = {"FROM_CONFIG=1\n", "RS_PASSED=passed on\n",
		"REV=1111111111111111111111111111111111111111\n", "VERSION=\n", "JOBS=2\n",
		"LAYOUT=0\n", "SOURCE_DATE_EPOCH=1600000000\n", "WITH_MY_LIST=a\nb c\n",
		"PATH=/usr/local/bin:/usr/bin:/bin\n", "TZ=UTC\n"};
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		ck_assert_msg(strstr(text.p, wanted[i]) != NULL, "%s in\n%s", wanted[i], text.p);
	ck_assert_ptr_null(strstr(text.p, "CANARY"));
	scoped_free char *expanded = xasprintf("FROM_RECIPE=%s/x\n", build.prefix);
	ck_assert_ptr_nonnull(strstr(text.p, expanded));
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(failures_are_remembered)
{
	struct world w;

	world_init(&w, "steps:\n"
		       "  - name: compile\n"
		       "    run: |\n"
		       "      echo \"a.c:1: error: no such thing\"\n"
		       "      echo 'make: *** [Makefile:2: prog] Error 1'\n"
		       "      exit 2\n"
		       "  - {name: install, run: echo never}\n");
	struct build_request request = request_of(&w);
	for (int i = 0; i < 2; i++) {
		struct build build = must_build(&request);
		ck_assert_int_eq(build.outcome.kind, OUTCOME_FAILED);
		ck_assert_str_eq(build.outcome.detail,
			"step 'compile' exited with 2: a.c:1: error: no such thing");
		ck_assert_str_eq(build.failed_step, "compile");
		ck_assert_int_eq(build.reused, i);
		ck_assert_str_eq(build.digest, "");
		ck_assert(!fs_exists(build.prefix));
		log_has(&build, "error: no such thing", true);
		log_has(&build, "==> install", false);
		build_done(&build);
	}
	ck_assert_int_eq(w.checkouts, 1);
	request.rebuild = true;
	struct build build = must_build(&request);
	ck_assert(!build.reused);
	ck_assert_int_eq(w.checkouts, 2);
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(a_crash_and_a_failed_verify_are_outcomes)
{
	struct world w;

	world_init(&w, "steps: [{name: boom, run: 'kill -SEGV $$'}]");
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	ck_assert_int_eq(build.outcome.kind, OUTCOME_CRASHED);
	ck_assert_msg(str_starts(build.outcome.detail, "step 'boom' killed by SIGSEGV"), "%s",
		build.outcome.detail);
	build_done(&build);
	world_done(&w);
	world_init(
		&w, "steps: [{name: ok, run: 'true'}]\nverify: echo it is the host\\'s; exit 1\n");
	request = request_of(&w);
	build = must_build(&request);
	ck_assert_int_eq(build.outcome.kind, OUTCOME_FAILED);
	ck_assert_str_eq(build.outcome.detail, "step 'verify' exited with 1: it is the host's");
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(a_timeout_counts_until_there_is_more_time)
{
	struct world w;

	world_init(&w, "steps: [{name: wait, run: 'sleep 1000'}]");
	struct build_request request = request_of(&w);
	request.timeout_s = 0.3;
	struct build build = must_build(&request);
	ck_assert_int_eq(build.outcome.kind, OUTCOME_TIMED_OUT);
	ck_assert_msg(str_starts(build.outcome.detail, "step 'wait' timed out after"), "%s",
		build.outcome.detail);
	build_done(&build);
	build = must_build(&request);
	ck_assert(build.reused);
	build_done(&build);
	request.timeout_s = 0.4;
	build = must_build(&request);
	ck_assert(!build.reused);
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(daemons_die_with_their_step)
{
	struct world w;

	world_init(&w, "steps:\n"
		       "  - name: daemon\n"
		       "    run: |\n"
		       "      setsid sh -c 'echo $$ > \"$PREFIX/pid\"; exec sleep 1000' &\n"
		       "      while ! test -s \"$PREFIX/pid\"; do sleep 0.01; done\n");
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	ck_assert_msg(build.outcome.kind == OUTCOME_OK, "%s", build.outcome.detail);
	log_has(&build, "outlived this step and were killed", true);
	scoped_free char *path = path_join(build.prefix, "pid");
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	ck_assert_int_eq(fs_read(path, 100, &text, &err), 0);
	long pid = strtol(text.p, NULL, 10);
	ck_assert_int_gt(pid, 1);
	ck_assert_int_eq(kill((pid_t)pid, 0), -1);
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(writes_outside_are_refused_by_the_kernel)
{
	struct world w;

	if (!proc_can_confine()) {
		fprintf(stderr, "skipped: this kernel has no Landlock\n");
		return;
	}
	world_init(&w, "steps: [{name: escape, run: 'echo x > \"$BUILD/../../../outside\"'}]");
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	ck_assert_int_eq(build.outcome.kind, OUTCOME_FAILED);
	log_has(&build, "Permission denied", true);
	ck_assert_ptr_nonnull(strstr(build.outcome.detail, "outside: Permission denied"));
	ck_assert(!has(w.cache, "outside"));
	build_done(&build);
	request.isolation = ISOLATION_NONE;
	build = must_build(&request);
	ck_assert_int_eq(build.outcome.kind, OUTCOME_OK);
	ck_assert(!build.confined);
	ck_assert(has(w.cache, "outside"));
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(one_key_is_built_once_by_many)
{
	struct world w;

	world_init(&w, "steps: [{name: slow, run: 'sleep 0.3; echo x > \"$PREFIX/x\"'}]");
	struct build_request requests[4];
	struct build builds[4];
	struct err err = ERR_INIT;
	int fresh = 0;
	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		requests[i] = request_of(&w);
	ck_assert_msg(build_all(requests, ARRAY_LEN(requests), &(struct build_crew){.workers = 4},
			      builds, &err) == 0,
		"%s", err.text);
	for (size_t i = 0; i < ARRAY_LEN(builds); i++) {
		ck_assert_int_eq(builds[i].outcome.kind, OUTCOME_OK);
		fresh += !builds[i].reused;
		build_done(&builds[i]);
	}
	ck_assert_int_eq(fresh, 1);
	ck_assert_int_eq(w.checkouts, 1);
	world_done(&w);
}
END_TEST

START_TEST(litter_of_an_interrupted_build_is_cleared)
{
	struct world w;

	world_init(&w, COMPILE);
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	scoped_free char *entry = path_dir(build.prefix);
	/* As a kill in the middle of the build leaves it. */
	scoped_free char *manifest = path_join(entry, "MANIFEST.json");
	scoped_free char *src = path_join(entry, "src");
	ck_assert_int_eq(unlink(manifest), 0);
	ck_assert_int_eq(mkdir(src, 0), 0);
	write_file(build.prefix, "half", "x");
	build_done(&build);
	build = must_build(&request);
	ck_assert(!build.reused);
	ck_assert_int_eq(build.outcome.kind, OUTCOME_OK);
	ck_assert(!has(build.prefix, "half"));
	ck_assert(!fs_exists(src));
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(damaged_entries_are_put_aside)
{
	struct world w;
	static const char *const damages[] = {
		"bin/extra", "bin/prog", "../FILES", "../MANIFEST.json"};

	world_init(&w, COMPILE);
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		write_file(build.prefix, damages[i], "{");
		build_done(&build);
		build = must_build(&request);
		ck_assert(!build.reused);
		ck_assert_int_eq(build.outcome.kind, OUTCOME_OK);
		ck_assert_ptr_nonnull(build.note);
		ck_assert_msg(strstr(build.note, "was damaged") != NULL, "%s", build.note);
		scoped_free char *aside = xasprintf("%s/damaged/%s-%zu", w.cache, build.key, i + 1);
		ck_assert(fs_is_dir(aside));
	}
	scoped_free char *prog = path_join(build.prefix, "bin/prog");
	ck_assert_int_eq(unlink(prog), 0);
	build_done(&build);
	build = must_build(&request);
	ck_assert_ptr_nonnull(strstr(build.note, "bin/prog"));
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(equal_content_has_equal_digests)
{
	struct world w;
	char digest[65] = "";

	/* Installed files hold their own path: as text, in debug information, as a link. */
	world_init(&w,
		COMPILE "  - {name: more, run: 'echo \"#!$PREFIX/bin/x\" > \"$PREFIX/bin/sh\"; "
			"ln -s \"$PREFIX/bin\" \"$PREFIX/l\"'}\n");
	struct build_request request = request_of(&w);
	static const char *const trees[] = {"aa", "bb"};
	char keys[2][65];
	for (size_t i = 0; i < 2; i++) {
		w.rev.tree_id = trees[i];
		w.rev.id = trees[i];
		struct build build = must_build(&request);
		ck_assert_msg(build.outcome.kind == OUTCOME_OK, "%s", build.outcome.detail);
		memcpy(keys[i], build.key, sizeof(keys[i]));
		if (i == 0)
			memcpy(digest, build.digest, sizeof(digest));
		else
			ck_assert_str_eq(build.digest, digest);
		build_done(&build);
	}
	ck_assert_str_ne(keys[0], keys[1]);
	w.rev.tree_id = "cc";
	w.makefile = "all:\n\tprintf x > prog\n";
	struct build build = must_build(&request);
	ck_assert_str_ne(build.digest, digest);
	build_done(&build);
	world_done(&w);
}
END_TEST

static void
one_file(const char *dir, const char *own, size_t pad, char digest[65])
{
	scoped(str) text = STR_INIT;
	struct rev rev = {.kind = REVSPEC_PREFIX, .label = "p", .path = own};
	struct build_request request = {.rev = &rev};
	struct err err = ERR_INIT;
	struct build build = {0};

	(void)dir;
	for (size_t i = 0; i < pad; i++)
		str_addc(&text, 'x');
	str_addf(&text, "%s:%s/bin", own, own);
	for (size_t i = 0; i < 70000; i++)
		str_addc(&text, 'y');
	str_add(&text, own);
	write_file(own, "f", text.p);
	ck_assert_msg(build_run(&request, &build, &err) == 0, "%s", err.text);
	ck_assert_str_eq(build.prefix, own);
	ck_assert_ptr_null(build.log);
	memcpy(digest, build.digest, 65);
	build_done(&build);
}

START_TEST(paths_are_blanked_across_read_buffers)
{
	struct err err = ERR_INIT;
	char *dir = NULL, digests[2][65];

	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &dir, &err), 0);
	scoped_free char *a = path_join(dir, "prefix-a"), *b = path_join(dir, "prefix-b");
	ck_assert_int_eq(mkdir(a, 0755) | mkdir(b, 0755), 0);
	for (size_t pad = 65536 - 100; pad < 65536 + 5; pad++) {
		one_file(dir, a, pad, digests[0]);
		one_file(dir, b, pad, digests[1]);
		ck_assert_msg(strcmp(digests[0], digests[1]) == 0, "pad %zu", pad);
	}
	one_file(dir, b, 7, digests[1]);
	ck_assert_str_ne(digests[0], digests[1]);
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	free(dir);
}
END_TEST

START_TEST(what_makes_another_key)
{
	struct world w;

	world_init(&w, "parameters: {p: {}}\npass_env: [RS_KEY]\n"
		       "steps: [{name: a, run: 'echo $WITH_P > \"$PREFIX/x\"'}]");
	struct build_request request = request_of(&w);
	struct recipe_pair with = {"p", "1"}, env = {"E", "1"};
	vec(char *) keys = {0};
	unsetenv("RS_KEY");
	for (int i = 0; i < 7; i++) {
		if (i == 1) {
			request.with = &with;
			request.n_with = 1;
		} else if (i == 2) {
			with.value = "2";
		} else if (i == 3) {
			request.env = &env;
			request.n_env = 1;
		} else if (i == 4) {
			setenv("RS_KEY", "", 1);
		} else if (i == 5) {
			request.isolation = ISOLATION_NONE;
		} else if (i == 6) {
			w.rev.tree_id = "other";
		}
		struct build build = must_build(&request);
		ck_assert(!build.reused);
		for (size_t j = 0; j < keys.n; j++)
			ck_assert_str_ne(keys.v[j], build.key);
		vec_add(&keys, xstrdup(build.key));
		build_done(&build);
	}
	/* Another commit of the same tree is the same build, unless a step looks at REV. */
	w.rev.id = "3333333333333333333333333333333333333333";
	struct build build = must_build(&request);
	ck_assert(build.reused);
	build_done(&build);
	for (size_t j = 0; j < keys.n; j++)
		free(keys.v[j]);
	vec_done(&keys);
	world_done(&w);
}
END_TEST

/* Where main stands in its page: the kernel moves whole pages only. */
static void
read_place(const struct build *build, struct str *ret)
{
	scoped_free char *path = path_join(build->prefix, "place");
	struct err err = ERR_INIT;

	ck_assert_msg(build->outcome.kind == OUTCOME_OK, "%s", build->outcome.detail);
	ck_assert_msg(fs_read(path, 100, ret, &err) == 0, "%s", err.text);
}

START_TEST(each_layout_moves_the_code)
{
	struct world w;
	struct str places[16];

	world_init(&w, "steps:\n"
		       "  - {name: compile, run: 'make -f \"$SRC/Makefile\"'}\n"
		       "  - {name: ask, run: './prog >\"$PREFIX/place\"'}\n");
	w.makefile = "prog: other.o\n"
		     "\tprintf '#include <stdio.h>\\nint main(void) "
		     "{ printf(\"%%x\", (unsigned)(unsigned long)main & 4095); return 0; }' >p.c\n"
		     "\t$(CC) -O2 -o prog p.c other.o\n"
		     "other.o:\n"
		     "\techo 'int other(int x) { return x / 3; }' >other.c\n"
		     "\t$(CC) -O2 -Wall -Werror -MMD -MT other.o -c -o other.o other.c\n";
	for (unsigned i = 0; i < ARRAY_LEN(places); i++) {
		struct build_request request = request_of(&w);

		request.layout = i;
		struct build build = must_build(&request);
		ck_assert(!build.reused);
		str_init(&places[i], 100);
		read_place(&build, &places[i]);
		log_has(&build, "==> layout\n", i > 0);
		for (unsigned k = 0; k < i; k++)
			ck_assert_msg(!str_eq(places[k].p, places[i].p),
				"main of layouts %u and %u is at %s", k, i, places[i].p);
		build_done(&build);
	}
	for (unsigned i = 0; i < ARRAY_LEN(places); i++)
		str_done(&places[i]);
	world_done(&w);
}
END_TEST

START_TEST(a_layout_is_keyed_and_seen_by_steps)
{
	struct world w;
	char plain[65], digests[2][65];

	world_init(&w, "steps: [{name: a, run: 'echo x >\"$PREFIX/x\"'}]");
	struct build_request request = request_of(&w);
	for (unsigned i = 0; i < 2; i++) {
		request.layout = 3 * i;
		struct build build = must_build(&request);
		ck_assert_msg(build.outcome.kind == OUTCOME_OK, "%s", build.outcome.detail);
		if (i == 0)
			memcpy(plain, build.key, sizeof(plain));
		else
			ck_assert_str_ne(build.key, plain);
		memcpy(digests[i], build.digest, sizeof(digests[i]));
		build_done(&build);
	}
	/* Nothing was compiled, so nothing could be moved, and that can be seen. */
	ck_assert_str_eq(digests[0], digests[1]);
	world_done(&w);
	world_init(&w, "steps: [{name: a, run: 'echo \"$LAYOUT\" >\"$PREFIX/place\"'}]");
	request = request_of(&w);
	request.layout = 7;
	struct build build = must_build(&request);
	scoped(str) seen = STR_INIT;
	read_place(&build, &seen);
	ck_assert_str_eq(seen.p, "7\n");
	build_done(&build);
	world_done(&w);
}
END_TEST

START_TEST(a_step_that_uses_the_revision_is_keyed_by_it)
{
	struct world w;

	world_init(&w, "steps: [{name: a, run: 'echo ${REV} > \"$PREFIX/x\"'}]");
	struct build_request request = request_of(&w);
	struct build first = must_build(&request);
	w.rev.id = "3333333333333333333333333333333333333333";
	struct build second = must_build(&request);
	ck_assert_str_ne(first.key, second.key);
	build_done(&first);
	build_done(&second);
	world_done(&w);
}
END_TEST

START_TEST(a_release_has_steps_of_its_own)
{
	struct world w;
	world_init(&w, "parameters: {pins: {file: yes}}\n"
		       "steps:\n"
		       "  - {name: copy, when: sources, run: 'echo $LABEL; exit 1'}\n"
		       "  - {name: fetch, when: version, run: 'echo got $VERSION, $WITH_PINS'}\n"
		       "  - {name: keep, run: 'test ! -e \"$SHARED/go\"; touch \"$SHARED/x\"'}\n");
	const struct recipe_pair with[] = {{"pins", "pins.txt"}};
	struct build_request request = request_of(&w);
	struct err err = ERR_INIT;

	w.rev.kind = REVSPEC_VERSION;
	w.rev.label = "new";
	w.rev.version = "1.2";
	request.with = with;
	request.n_with = 1;
	request.dir = w.dir;
	ck_assert_int_eq(build_check(&request, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, "pins.txt"), "%s", err.text);
	write_file(w.dir, "pins.txt", "a==1");
	struct build first = must_build(&request);
	ck_assert_msg(first.outcome.kind == OUTCOME_OK, "%s", first.outcome.detail);
	log_has(&first, "got 1.2, a==1", true);
	ck_assert(has(w.cache, "shared/test/x"));
	/* Another text of the file is another build, and this one fails; but not for ever. */
	write_file(w.dir, "pins.txt", "a==2");
	write_file(w.cache, "shared/test/go", "");
	struct build second = must_build(&request);
	ck_assert_str_ne(first.key, second.key);
	ck_assert_int_eq(second.outcome.kind, OUTCOME_FAILED);
	scoped_free char *go = path_join(w.cache, "shared/test/go");
	ck_assert_int_eq(unlink(go), 0);
	struct build third = must_build(&request);
	ck_assert_str_eq(second.key, third.key);
	ck_assert_int_eq(third.outcome.kind, OUTCOME_OK);
	build_done(&first);
	build_done(&second);
	build_done(&third);
	world_done(&w);
}
END_TEST

START_TEST(refused_before_anything_is_built)
{
	static const char text[] = "needs: [no-such-program-here]\n"
				   "parameters: {options: {}, must: {required: yes},\n"
				   "  interpreter: {program: yes}}\n"
				   "steps: []\n";
	static const struct {
		struct recipe_pair with[2];
		size_t n;
		enum err_kind kind;
		const char *message;
	} table[] = {
		{{{"optoins", "x"}}, 1, ERR_USAGE,
			"recipe 'test' has no parameter 'optoins' (did you mean 'options'?)"},
		{{{"xyzzy", "x"}}, 1, ERR_USAGE,
			"recipe 'test' has no parameter 'xyzzy'; it has options, must, "
			"interpreter"},
		{{{"options", "x"}}, 1, ERR_USAGE,
			"recipe 'test' needs the parameter 'must': give it as 'with: {must: ...}'"},
		{{{"must", ""}}, 1, ERR_USAGE,
			"recipe 'test' needs the parameter 'must': give it as 'with: {must: ...}'"},
		{{{"must", "x"}, {"interpreter", "no-such-thing"}}, 2, ERR_ENVIRONMENT,
			"recipe 'test' needs the program 'no-such-thing' (its parameter "
			"'interpreter'), which is not on your PATH"},
		{{{"must", "x"}, {"interpreter", "bin/python"}}, 2, ERR_USAGE,
			"recipe 'test': 'interpreter' must be a name or an absolute path, not "
			"'bin/python'"},
		{{{"must", "x"}}, 1, ERR_ENVIRONMENT,
			"recipe 'test' needs the program 'no-such-program-here', which is not in "
			"/usr/local/bin:/usr/bin:/bin; install it"},
	};
	struct world w;

	world_init(&w, text);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct build_request request = request_of(&w);
		struct err err = ERR_INIT;

		request.with = table[i].with;
		request.n_with = table[i].n;
		ck_assert_int_eq(build_check(&request, &err), -1);
		ck_assert_str_eq(err.text, table[i].message);
		ck_assert_int_eq(err.kind, table[i].kind);
	}
	ck_assert(!fs_exists(w.cache));
	world_done(&w);
}
END_TEST

START_TEST(a_program_is_given_as_a_path)
{
	struct world w;

	world_init(&w, "parameters: {tool: {program: yes, default: sh}}\n"
		       "needs: ['${WITH_TOOL}']\n"
		       "steps: [{name: a, run: 'case $WITH_TOOL in /*/sh) ;; *) exit 1;; esac'}]");
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	ck_assert_msg(build.outcome.kind == OUTCOME_OK, "%s", build.outcome.detail);
	build_done(&build);
	world_done(&w);
}
END_TEST

static int
no_checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	(void)arg;
	(void)rev;
	(void)dest;
	return err_set(err, ERR_SOURCE, "unsafe tree");
}

START_TEST(an_unsafe_tree_stops_us_and_leaves_nothing)
{
	struct world w;
	struct err err = ERR_INIT;
	struct build builds[2];

	world_init(&w, "steps: []");
	struct build_request requests[2] = {request_of(&w), request_of(&w)};
	requests[0].checkout = requests[1].checkout = no_checkout;
	ck_assert_int_eq(
		build_all(requests, 2, &(struct build_crew){.workers = 2}, builds, &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_str_eq(err.text, "build of v1: unsafe tree");
	scoped_free char *dir = path_join(w.cache, "builds");
	ck_assert_int_eq(rmdir(dir), 0); /* empty */
	world_done(&w);
}
END_TEST

START_TEST(a_full_disk_stops_us)
{
	struct world w;
	struct err err = ERR_INIT;
	struct build build;

	world_init(&w, "steps: []");
	struct build_request request = request_of(&w);
	/* In a name space of this test process alone. */
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("none", w.dir, "tmpfs", 0, "size=8m") < 0) {
		fprintf(stderr, "skipped: cannot mount a small file system: %s\n", strerror(errno));
	} else {
		ck_assert_int_eq(build_run(&request, &build, &err), -1);
		ck_assert_int_eq(err.kind, ERR_RESOURCES);
		ck_assert_msg(strstr(err.text, "need 1.00 GiB, have ") != NULL, "%s", err.text);
		ck_assert_int_eq(w.checkouts, 0);
		ck_assert_int_eq(umount2(w.dir, MNT_DETACH), 0);
	}
	world_done(&w);
}
END_TEST

static void
stop_at_step(void *arg, const struct build_request *request, const char *step)
{
	(void)arg;
	(void)request;
	if (step && strcmp(step, "wait") == 0)
		raise(SIGINT);
}

START_TEST(a_stop_leaves_nothing_half)
{
	struct world w;
	struct err err = ERR_INIT;
	struct build build;

	stop_install();
	world_init(&w, "steps: [{name: wait, run: 'sleep 1000'}]");
	struct build_request request = request_of(&w);
	request.progress = stop_at_step;
	ck_assert_int_eq(build_run(&request, &build, &err), -1);
	ck_assert_int_eq(err.kind, ERR_STOPPED);
	scoped_free char *dir = path_join(w.cache, "builds");
	ck_assert_int_eq(rmdir(dir), 0); /* empty */
	world_done(&w);
}
END_TEST

START_TEST(a_stop_ends_the_wait_for_another_builder)
{
	struct world w;
	struct err err = ERR_INIT;
	struct lock lock = LOCK_INIT;
	struct build build;

	stop_install();
	world_init(&w, "steps: []");
	struct build_request request = request_of(&w);
	struct build first = must_build(&request);
	scoped_free char *path = xasprintf("%s/locks/%s", w.cache, first.key);
	ck_assert_int_eq(lock_take(path, false, &lock, &err), 0);
	raise(SIGINT);
	ck_assert_int_eq(build_run(&request, &build, &err), -1);
	ck_assert_int_eq(err.kind, ERR_STOPPED);
	lock_done(&lock);
	build_done(&first);
	world_done(&w);
}
END_TEST

START_TEST(provides_what_the_recipe_and_the_build_say)
{
	struct world w;
	struct env env;

	world_init(&w, "provides: {PATH: '${PREFIX}/bin', X: '${PREFIX}/x'}\n"
		       "steps: [{name: a, run: 'printf \"MODULES=m,n\\nPREFIX=/\\nbad\\n\" > "
		       "\"$PREFIX/revsweep.env\"'}]");
	struct build_request request = request_of(&w);
	struct build build = must_build(&request);
	env_init(&env, "/h", "/t");
	build_provide(&w.recipe, build.prefix, &env);
	scoped_free char *x = path_join(build.prefix, "x");
	scoped_free char *path = xasprintf("%s/bin:/usr/local/bin:/usr/bin:/bin", build.prefix);
	ck_assert_str_eq(env_get(&env, "X"), x);
	ck_assert_str_eq(env_get(&env, "PATH"), path);
	ck_assert_str_eq(env_get(&env, "MODULES"), "m,n");
	ck_assert_str_eq(env_get(&env, "PREFIX"), build.prefix);
	env_done(&env);
	build_done(&build);
	world_done(&w);
}
END_TEST

/* Asks for the cache's directory, which is made, and compares. */
static void
expect_cache(const char *top, const char *below)
{
	struct err err = ERR_INIT;
	scoped_free char *want = path_join(top, below);
	char *dir = NULL;

	ck_assert_msg(build_cache_dir(&dir, &err) == 0, "%s", err.text);
	ck_assert_str_eq(dir, want);
	ck_assert(fs_is_dir(dir));
	free(dir);
}

START_TEST(where_the_cache_is)
{
	struct err err = ERR_INIT;
	char *top = NULL, *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-test-", &top, &err), 0);
	scoped_free char *xdg = path_join(top, "x");
	scoped_free char *own = path_join(top, "y/../z");
	setenv("HOME", top, 1);
	unsetenv("XDG_CACHE_HOME");
	unsetenv("REVSWEEP_CACHE");
	expect_cache(top, ".cache/revsweep");
	setenv("XDG_CACHE_HOME", xdg, 1);
	expect_cache(top, "x/revsweep");
	setenv("REVSWEEP_CACHE", own, 1);
	expect_cache(top, "z");
	ck_assert_int_eq(fs_remove(top, &err), 0);
	free(top);
	unsetenv("REVSWEEP_CACHE");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	ck_assert_int_eq(build_cache_dir(&dir, &err), -1);
	ck_assert_int_eq(err.kind, ERR_ENVIRONMENT);
}
END_TEST

TEST_SUITE("build/build", builds_once_and_uses_it_again, steps_see_values_and_nothing_else,
	failures_are_remembered, a_crash_and_a_failed_verify_are_outcomes,
	a_timeout_counts_until_there_is_more_time, daemons_die_with_their_step,
	writes_outside_are_refused_by_the_kernel, one_key_is_built_once_by_many,
	litter_of_an_interrupted_build_is_cleared, damaged_entries_are_put_aside,
	equal_content_has_equal_digests, paths_are_blanked_across_read_buffers,
	what_makes_another_key, each_layout_moves_the_code, a_layout_is_keyed_and_seen_by_steps,
	a_step_that_uses_the_revision_is_keyed_by_it, a_release_has_steps_of_its_own,
	refused_before_anything_is_built, a_program_is_given_as_a_path,
	an_unsafe_tree_stops_us_and_leaves_nothing, a_full_disk_stops_us,
	a_stop_leaves_nothing_half, a_stop_ends_the_wait_for_another_builder,
	provides_what_the_recipe_and_the_build_say, where_the_cache_is)
