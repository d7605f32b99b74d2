#include "cli/app.h"
#include "cli/command.h"
#include "cli/outputs.h"

#include "base/parse.h"
#include "build/build.h"
#include "format/profiles.h"
#include "serve/serve.h"
#include "sys/background.h"

#include <stdio.h>

static const struct opt options[] = {
	OPT(0, "port", OPT_TEXT, port, "N", "listen there (default: 8321; 0: any that is free)",
		NULL),
	OPT(0, "host", OPT_TEXT, host, "ADDRESS",
		"listen on this numeric address (default: 127.0.0.1 and ::1)", NULL),
	OPT(0, "allow-remote", OPT_FLAG, allow_remote, NULL,
		"let --host be an address that other machines reach", NULL),
	OPT(0, "profiles", OPT_TEXT, profiles, "DIR",
		"show the profiles of this folder with their benchmarks", "@dir"),
	OPT_END,
};

static int
choose_place(struct app *app, struct serve_options *ret, struct err *err)
{
	const struct args *args = &app->args;
	uint64_t port = SERVE_PORT;

	if (args->port && parse_u64(args->port, 65535, &port, err) < 0)
		return err_wrap(err, "--port");
	ret->port = (unsigned)port;
	ret->host = args->host;
	if (!args->host || serve_is_loopback(args->host))
		return 0;
	if (!args->allow_remote)
		return err_set(err, ERR_USAGE,
			"'%s' is not an address of this machine alone: who reaches it sees all "
			"results, unencrypted, once they know the token. 'ssh -L' shows a "
			"dashboard to other machines safely; --allow-remote does it anyway",
			args->host);
	app_warn(app,
		"other machines reach this server: the token, and all that is shown, cross the "
		"network unencrypted");
	return 0;
}

/* The store is opened once as other commands do it: it must be there, and is brought to this
 * version when it is older. Those who look at it later leave it alone. */
static int
check_store(const char *dir, struct err *err)
{
	struct store *store = NULL;

	if (store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	store_close(store);
	return 0;
}

/* Read once to say what is wrong with it; the pages read it again. */
static int
check_profiles(const struct app *app, struct err *err)
{
	scoped(profiles) profiles = {0};

	if (!app->args.profiles)
		return 0;
	if (profiles_read(app->args.profiles, &profiles, err) < 0)
		return err_wrap(err, "--profiles");
	for (size_t i = 0; i < profiles.notes.n; i++)
		app_warn(app, "profiles: %s", profiles.notes.v[i]);
	return 0;
}

static int
serve(struct app *app, const struct serve_options *wanted, struct err *err)
{
	struct serve *serve = NULL;
	scoped(str) url = STR_INIT;

	if (serve_open(wanted, &serve, err) < 0)
		return -1;
	str_addf(&url, "%s\n", serve_url(serve));
	int r = app_print(app, &url, err);
	if (r == 0) {
		app_say(app, "serving '%s'; open the address above, ^C ends it", wanted->store);
		background_become();
		r = serve_run(serve, err);
	}
	serve_close(serve);
	return r;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped_free char *dir = NULL;
	scoped_free char *cache = NULL;

	*ret_exit = 0;
	if (app_configure(app, false, err) < 0 || app_store_dir(app, &dir, err) < 0 ||
		build_cache_dir(&cache, err) < 0)
		return -1;
	struct serve_options wanted = {
		.store = dir,
		.cache = cache,
		.project = app->config.project,
		.profiles = app->args.profiles,
		.gates = app->config.gates,
		.n_gates = app->config.n_gates,
		.beta = app->config.measure.beta,
		.two_sided = app->config.measure.improvements,
	};
	if (choose_place(app, &wanted, err) < 0 || check_store(dir, err) < 0 ||
		check_profiles(app, err) < 0)
		return -1;
	return serve(app, &wanted, err);
}

static const char *const usage[] = {"[OPTIONS]", NULL};
static const char *const examples[] = {"Look at the results in a browser", "revsweep serve",
	"On another port", "revsweep serve --port 9000", "With where the time goes",
	"revsweep serve --profiles prof",
	"Those of a machine that you reach by ssh: there 'revsweep serve', here",
	"ssh -L 8321:127.0.0.1:8321 HOST", NULL};

const struct command cmd_serve = {
	.name = "serve",
	.summary = "show the store as pages in a browser, and as JSON",
	.usage = usage,
	.description =
		"Prints the address to open, and answers until ^C. The store is only read; "
		"results of a sweep that goes on meanwhile appear by themselves, within two "
		"seconds. The server has "
		"the lowest priority, so that it does not disturb what is measured beside it.\n\n"
		"The address holds a token that is drawn at each start. A browser gets a cookie in "
		"exchange for it; programs send it with each request, as 'Authorization: Bearer "
		"TOKEN'. Only this machine can connect, only GET and HEAD are answered, requests "
		"that other sites' pages make are refused, and the host must be called 127.0.0.1, "
		"localhost or [::1], with the port. Cookies know nothing of ports: do not open "
		"pages of servers on this machine that you do not trust.\n\n"
		"Pages: / (all sweeps; ?limit, offset, command, status=done or running, q=TEXT of "
		"the summary), /sweep/N, /sweep/N/charts (what 'show --format html' writes), "
		"/sweep/N/bench/K, /sweep/N/launches (?limit, offset), /sweep/N/timeline, "
		"/sweep/N/log/R (the end of the build log of revision R, "
		"counted from 0), /compare?base=N:REV&candidate=N:REV (may be repeated; N alone "
		"means all its revisions; &exclude=P or &distinct=P as --exclude-param and "
		"--distinct-param of diff; /compare/charts draws them), /builds, /machine and "
		"/health.\n\n"
		"The same as JSON: /api/v1/sweeps, /api/v1/sweep/N (what 'show --format json' "
		"prints; of a finished sweep, as it was on the day), /api/v1/sweep/N/benches, "
		"/api/v1/sweep/N/bench/K (with all samples that count), /api/v1/sweep/N/launches, "
		"/api/v1/sweep/N/timeline, /api/v1/sweep/N/log/R, /api/v1/compare (what 'diff "
		"--format json' prints), /api/v1/builds, /api/v1/machine and /api/v1/health. "
		"/api/v1/sweep/N/state costs little and is there to be asked again and again: its "
		"token changes whenever something of the sweep was stored. Answers have an ETag, "
		"and whoever sends it as If-None-Match gets 304 when nothing has changed.\n\n"
		"An error is {\"error\": {\"status\": ..., \"text\": ...}}: 400 not understood, "
		"401 "
		"no token, 403 from another site, 404 no such thing, 405 not GET or HEAD, 421 "
		"another host name, 503 the store is gone, locked, damaged or of another version, "
		"or an answer takes too long; later it may work again.\n\n"
		"At most 512 connections are open; when more come, the one that has kept the "
		"server waiting longest is closed. A request must come within 10 seconds and be "
		"taken within 60. An answer may read the store for 5 seconds; sweeps of more than "
		"200,000 samples are shown as their report only. While a sweep goes on, what took "
		"long to make is shown again for twenty times as long.\n\n"
		"Exit code 8 when the port is taken or not allowed.\n\n" PROFILES_HELP
		" /sweep/N/charts and /sweep/N/bench/K show them, and /api/v1/sweep/N/bench/K has "
		"them as \"profile\" and \"profile_notes\". The folder is looked at for each "
		"answer that is made, and read again when a file of it has another size or time.",
	.options = options,
	.examples = examples,
	.run = run,
};
