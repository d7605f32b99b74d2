#include "cli/app.h"
#include "cli/command.h"

#include "base/escape.h"
#include "base/format.h"
#include "build/build.h"
#include "build/recipes.h"
#include "store/store.h"
#include "sys/fs.h"
#include "sys/host.h"
#include "sys/proc.h"

#include <string.h>

static const struct opt options[] = {OPT_END};

/* One probe: its name, "ok", "note" or "bad", and what was found. */
static void add(struct str *out, const char *mark, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void
add(struct str *out, const char *mark, const char *what, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	str_addf(out, "%-5s %-10s ", mark, what);
	escape_text(out, text.p);
	str_addc(out, '\n');
}

static void
probe_host(struct str *out)
{
	struct host host;
	struct host_load load;
	char memory[32];

	host_read(&host);
	host_load_read(&load);
	add(out, "ok", "machine", "%s, %d CPUs, %s, %s, %s", host.cpu, host.cpus,
		format_size((double)host.memory, memory, sizeof(memory)), host.os, host.kernel);
	if (host.virtual)
		add(out, "note", "machine",
			"virtual: other guests may disturb measurements; interleaving and CPU "
			"clocks help");
	if (strcmp(host.governor, "performance") != 0 && strcmp(host.governor, "unknown") != 0)
		add(out, "note", "governor", "%s: 'performance' makes times steadier",
			host.governor);
	if (strcmp(host.turbo, "on") == 0)
		add(out, "note", "turbo", "on: the clock rate depends on heat and neighbours");
	if (load.load1 > 0.5)
		add(out, "note", "load", "%.2f processes want to run right now", load.load1);
}

/* Whether the helper really runs programs and its limits hold. */
static bool
probe_helper(struct str *out)
{
	static const char *const argv[] = {"/bin/true", NULL}, *const env[] = {NULL};
	struct proc_spec spec = {.argv = argv, .env = env, .cwd = "/", .cpu = -1, .rounds = 20};
	struct proc_end end = {0};
	struct err err = ERR_INIT;
	bool good = false;
	char per_run[32];

	if (proc_run(&spec, &end, &err) < 0) {
		add(out, "bad", "helper", "%s", err.text);
	} else if (end.how != PROC_EXITED || end.rounds.n != 20) {
		add(out, "bad", "helper", "could not run /bin/true");
	} else {
		good = true;
		add(out, "ok", "helper", "runs programs; one execution of /bin/true takes %s",
			format_duration(
				(double)end.rounds.v[10].wall_ns / 1e9, per_run, sizeof(per_run)));
	}
	proc_end_done(&end);
	if (good && proc_can_confine())
		add(out, "ok", "isolation",
			"the kernel refuses writes outside a build's own directory (Landlock)");
	else if (good)
		add(out, "note", "isolation",
			"this kernel lacks Landlock: builds can write outside their directory");
	return good;
}

static bool
has_program(const char *const *names, const char *path)
{
	for (; names && *names; names++) {
		scoped_free char *found = fs_find_program(*names, path);
		if (!found)
			return false;
	}
	return true;
}

static bool
probe_recipes(struct app *app, struct str *out)
{
	struct err err = ERR_INIT;
	struct recipe *all = NULL;
	size_t n = 0;

	if (recipes_all(&app->arena, &all, &n, &err) < 0) {
		add(out, "bad", "recipes", "%s", err.text);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		scoped(str) needs = STR_INIT;

		for (const char *const *need = all[i].needs; need && *need; need++)
			str_addf(&needs, "%s%s", needs.n ? ", " : "", *need);
		bool usable = has_program(all[i].needs, "/usr/local/bin:/usr/bin:/bin");
		add(out, usable ? "ok" : "note", "recipe", "%s%s%s", all[i].name,
			usable ? "" : " cannot be used: it needs ", usable ? "" : needs.p);
	}
	return true;
}

static bool
probe_places(struct app *app, struct str *out)
{
	struct err err = ERR_INIT;
	scoped_free char *cache = NULL;
	scoped_free char *store = NULL;
	uint64_t bytes = 0;
	char size[32];

	if (build_cache_dir(&cache, &err) < 0 || fs_free_bytes(cache, &bytes, &err) < 0) {
		add(out, "bad", "cache", "%s", err.text);
		return false;
	}
	add(out, bytes > (uint64_t)1 << 30 ? "ok" : "bad", "cache", "%s, %s free", cache,
		format_size((double)bytes, size, sizeof(size)));
	if (app_store_dir(app, &store, &err) < 0) {
		add(out, "bad", "store", "%s", err.text);
		return false;
	}
	struct store *open = NULL;
	if (!fs_exists(store)) {
		add(out, "ok", "store", "%s will be made by the first measurement", store);
	} else if (store_open(store, STORE_READ, &open, &err) < 0) {
		add(out, "bad", "store", "%s", err.text);
		return false;
	} else {
		add(out, "ok", "store", "%s", store);
		store_close(open);
	}
	return bytes > (uint64_t)1 << 30;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped(str) text = STR_INIT;

	if (app_configure(app, false, err) < 0)
		return -1;
	probe_host(&text);
	bool good = probe_helper(&text);
	good &= probe_recipes(app, &text);
	good &= probe_places(app, &text);
	if (app->config.path)
		add(&text, "ok", "config", "%s", app->config.path);
	else
		add(&text, "note", "config", "no " CONFIG_NAME " here or above ('revsweep init')");
	*ret_exit = good ? 0 : 8;
	return app_print(app, &text, err);
}

static const char *const usage[] = {"", NULL};
static const char *const examples[] = {"What this machine can do", "revsweep doctor", NULL};

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "probe this machine honestly: what works, what disturbs",
	.usage = usage,
	.description = "Tries everything that builds and measurements need, by doing it, and says "
		       "what was found: the machine and what makes its times unsteady, the helper "
		       "that runs programs, isolation, recipes whose programs are installed, cache "
		       "and store. Exit code 8 when something essential does not work.",
	.options = options,
	.examples = examples,
	.run = run,
};
