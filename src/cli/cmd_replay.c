#include "cli/command.h"
#include "cli/job.h"

#include "base/escape.h"
#include "sweep/replay.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 30)

static const struct opt options[] = {OPT_END};

static int
tell(struct app *app, const struct replay *replay, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;

	for (const char *line = replay->lines.p; line && *line;) {
		size_t n = strcspn(line, "\n");

		escape_terminal(&text, line, n);
		str_addc(&text, '\n');
		line += n + (line[n] == '\n');
	}
	if (replay->different == 0)
		str_addf(&text, "%zu row%s, the same to the last bit\n", replay->rows,
			replay->rows == 1 ? "" : "s");
	else
		str_addf(&text, "%zu of %zu row%s came out differently\n", replay->different,
			replay->rows, replay->rows == 1 ? "" : "s");
	*ret_exit = replay->different ? 1 : 0;
	return app_print(app, &text, err);
}

static int
replay(struct app *app, struct store *store, const struct store_sweep *sweep, int *ret_exit,
	struct err *err)
{
	struct replay found;

	if (replay_sweep(store, sweep, &found, err) < 0)
		return -1;
	int r = tell(app, &found, ret_exit, err);
	replay_done(&found);
	return r;
}

/* The records go into a store that nobody else sees. */
static int
replay_file(struct app *app, const char *path, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;
	scoped_free char *dir = NULL, *at = NULL;
	struct store *store = NULL;
	struct err later = ERR_INIT;
	const char *tmp = getenv("TMPDIR");
	struct store_sweep sweep = {0};
	int64_t id;

	if (fs_read(path, FILE_MAX, &text, err) < 0)
		return -1;
	scoped_free char *prefix = path_join(tmp && *tmp ? tmp : "/tmp", "revsweep-replay-");
	if (fs_temp_dir(prefix, &dir, err) < 0)
		return -1;
	at = path_join(dir, "store");
	int r = store_open(at, STORE_WRITE, &store, err);
	if (r == 0) {
		r = store_import(store, text.p, text.n, &id, err);
		if (r < 0)
			err_wrap(err, "'%s' is not what 'show --records' writes", path);
	}
	if (r == 0)
		r = store_get(store, id, &app->arena, &sweep, err);
	if (r == 0)
		r = replay(app, store, &sweep, ret_exit, err);
	store_close(store);
	if (fs_remove(dir, r == 0 ? err : &later) < 0)
		return -1;
	return r;
}

static int
replay_stored(struct app *app, int *ret_exit, struct err *err)
{
	struct store_sweep sweep = {0};
	scoped_free char *dir = NULL;
	struct store *store = NULL;

	if (app_configure(app, false, err) < 0 || app_store_dir(app, &dir, err) < 0 ||
		store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	int r = job_find_sweep(app, store, &sweep, err);
	if (r == 0)
		r = replay(app, store, &sweep, ret_exit, err);
	store_close(store);
	return r;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const char *which = app->args.operands.n ? app->args.operands.v[0] : NULL;

	if (app->args.operands.n > 1)
		return err_set(err, ERR_USAGE, "replay takes one sweep or file");
	if (which && fs_exists(which))
		return replay_file(app, which, ret_exit, err);
	return replay_stored(app, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] [SWEEP|FILE]", NULL};
static const char *const examples[] = {"Judge the newest sweep again", "revsweep replay",
	"Hand a sweep to somebody else", "revsweep show 12 --records --output sweep12.jsonl",
	"And judge it there", "revsweep replay sweep12.jsonl", NULL};

const struct command cmd_replay = {
	.name = "replay",
	.summary = "judge a stored sweep again and compare the verdicts",
	.usage = usage,
	.description =
		"Takes the stored samples of a finished sweep (default: the newest), judges them "
		"again, and compares every row with what the report said on the day, to the last "
		"bit. A file is what show --records wrote, perhaps on another machine: one JSON "
		"object a line, with all that is known about each launch.\n\n"
		"The exit code is 0 when all rows are the same and 1 when one is not.",
	.options = options,
	.operands = "@file",
	.examples = examples,
	.run = run,
};
