/* Running the steps of a recipe. */
#include "internal.h"

#include "base/format.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/host.h"
#include "sys/proc.h"
#include "sys/stop.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOG_MAX ((uint64_t)64 << 20)
#define EPOCH_ZIP 315532800 /* 1980-01-01: the oldest date that zip files (wheels) can hold */

double
step_timeout(const struct build_request *request)
{
	if (request->timeout_s > 0)
		return request->timeout_s;
	return request->recipe->timeout_s > 0 ? request->recipe->timeout_s : DEFAULT_STEP_TIMEOUT_S;
}

int
log_line(const char *path, struct err *err, const char *fmt, ...)
{
	scoped(str) line = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	str_addc(&line, '\n');
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys(err, ERR_STORE, "cannot write the log '%s'", path);
	ssize_t n = write(fd, line.p, line.n);
	if (n != (ssize_t)line.n)
		err_sys(err, ERR_STORE, "cannot write the log '%s'", path);
	close(fd);
	return n == (ssize_t)line.n ? 0 : -1;
}

/* "v1.2.3" is version 1.2.3; a branch or an id is no version. What a release is called reaches its
 * registry as it is. */
static const char *
version_of(const struct rev *rev)
{
	const char *label = rev->version ? rev->version : rev->label ? rev->label : "";

	if (rev->kind == REVSPEC_VERSION)
		return label;

	label += label[0] == 'v' && isdigit((unsigned char)label[1]);
	return isdigit((unsigned char)label[0]) && strchr(label, '.') ? label : "";
}

void
step_env(const struct build_request *request, const struct recipe_pair *params,
	const struct entry *entry, struct env *ret)
{
	const struct recipe *recipe = request->recipe;
	int64_t date = request->rev->date;
	char number[32];

	env_init(ret, entry ? entry->home : "", entry ? entry->tmp : "");
	env_pass(ret, recipe->pass_env);
	env_pass(ret, request->pass_env);
	env_set(ret, "SRC", entry ? entry->src : "");
	env_set(ret, "PREFIX", entry ? entry->prefix : "");
	env_set(ret, "BUILD", entry ? entry->build : "");
	env_set(ret, "SHARED", entry && entry->shared ? entry->shared : "");
	env_set(ret, "REV", request->rev->id ? request->rev->id : "");
	env_set(ret, "VERSION", version_of(request->rev));
	snprintf(number, sizeof(number), "%u", request->jobs ? request->jobs : host_usable_cpus());
	env_set(ret, "JOBS", number);
	snprintf(number, sizeof(number), "%u", request->layout);
	env_set(ret, "LAYOUT", number);
	snprintf(number, sizeof(number), "%lld", (long long)(date > EPOCH_ZIP ? date : EPOCH_ZIP));
	env_set(ret, "SOURCE_DATE_EPOCH", number);
	for (size_t i = 0; i < recipe->n_params; i++)
		env_set(ret, params[i].name, params[i].value);
	env_set_pairs(ret, recipe->env, recipe->n_env, false);
	env_set_pairs(ret, request->env, request->n_env, false);
	if (entry && request->layout > 0) {
		scoped_free char *tools = path_join(entry->tmp, "layout"); /* as in layout.sh */
		env_prepend(ret, "PATH", tools);
	}
}

/* The outcome of a step that did not end well. */
static void
judge_end(const char *name, const struct entry *entry, const struct proc_end *end,
	struct outcome *ret)
{
	scoped(str) reason = STR_INIT;
	enum outcome_kind kind = OUTCOME_FAILED;
	char how[128];

	proc_end_text(end, how, sizeof(how));
	log_reason(entry->log, &reason);
	if (end->how == PROC_TIMED_OUT)
		kind = OUTCOME_TIMED_OUT;
	else if (end->how == PROC_SIGNALED || end->how == PROC_LOST)
		kind = OUTCOME_CRASHED;
	outcome_set(ret, kind, "step '%s' %s%s%s", name, how, reason.n ? ": " : "", reason.p);
}

/* What a step used, for the timeline. */
static void
account(const struct build_request *request, const struct recipe_step *step, int64_t start,
	const struct proc_end *end, const char *outcome, struct steps_end *sum)
{
	struct span span = {
		.phase = strcmp(step->name, "verify") == 0 ? SPAN_VERIFY : SPAN_STEP,
		.step = step->name,
		.outcome = outcome,
		.cpu_s = (double)end->cpu_us * 1e-6,
		.rss_bytes = end->rounds.n ? (double)end->rounds.v[0].maxrss_kib * 1024 : NAN,
	};

	span_tell_more(request, &span, start);
	if (span.phase == SPAN_VERIFY)
		return;
	sum->cpu_s += span.cpu_s;
	if (span.rss_bytes > sum->rss_bytes)
		sum->rss_bytes = span.rss_bytes;
}

static int
run_script(const struct build_request *request, const struct entry *entry, struct env *env,
	const struct recipe_step *step, struct steps_end *ret, struct err *err)
{
	const char *const argv[] = {"/bin/sh", "-eu", "-c", step->script, "sh", NULL};
	const char *const writable[] = {entry->dir, entry->shared, NULL};
	struct proc_spec spec = {
		.argv = argv,
		.env = env_list(env),
		.cwd = entry->build,
		.stdout_path = entry->log,
		.stderr_path = entry->log,
		.append = true,
		.timeout_ns = (uint64_t)(step_timeout(request) * 1e9),
		.output_max = LOG_MAX,
		.cpu = -1,
		.writable = request->isolation == ISOLATION_NONE ? NULL : writable,
		.cancel_fd = request->cancel_fd,
	};
	struct proc_end end = {0};
	enum outcome_kind kind = OUTCOME_OK;
	int64_t start = clock_monotonic_ns();

	if (request->progress)
		request->progress(request->arg, request, step->name);
	if (log_line(entry->log, err, "==> %s", step->name) < 0)
		return -1;
	int r = proc_run(&spec, &end, err);
	if (r == 0 && end.leftovers)
		r = log_line(entry->log, err,
			"revsweep: %u processes outlived this step and were killed", end.leftovers);
	if (r == 0 && end.how == PROC_NOT_STARTED)
		r = err_set(
			err, ERR_ENVIRONMENT, "cannot start /bin/sh: %s", strerror(end.sys_errno));
	if (r == 0 && (end.how != PROC_EXITED || end.exit_code != 0)) {
		judge_end(step->name, entry, &end, &ret->outcome);
		kind = ret->outcome.kind;
		ret->failed_step = step->name;
		ret->lost = end.how == PROC_LOST;
	}
	ret->confined = ret->confined && end.confined;
	account(request, step, start, &end, r < 0 ? span_word(r, err) : outcome_name(kind), ret);
	proc_end_done(&end);
	return r < 0 ? err_wrap(err, "step '%s'", step->name) : 0;
}

static void
tell_build(const struct build_request *request, const struct steps_end *end, int64_t start,
	const char *word)
{
	struct span span = {
		.phase = SPAN_BUILD,
		.outcome = end->failed_step ? outcome_name(end->outcome.kind) : word,
		.cpu_s = end->cpu_s,
		.rss_bytes = end->rss_bytes > 0 ? end->rss_bytes : NAN,
	};

	span_tell_more(request, &span, start);
}

int
steps_run(const struct build_request *request, const struct recipe_pair *params,
	const struct entry *entry, struct steps_end *ret, struct err *err)
{
	const struct recipe *recipe = request->recipe;
	const struct recipe_step verify = {"verify", recipe->verify, STEP_ALWAYS};
	bool is_version = request->rev->kind == REVSPEC_VERSION;
	scoped_free char *script = xstrndup((const char *)layout_sh, layout_sh_size);
	const struct recipe_step layout = {"layout", script, STEP_ALWAYS};
	struct env env;
	int r = 0;

	int64_t start = clock_monotonic_ns();

	*ret = (struct steps_end){.confined = request->isolation != ISOLATION_NONE};
	step_env(request, params, entry, &env);
	if (request->layout > 0)
		r = run_script(request, entry, &env, &layout, ret, err);
	for (size_t i = 0; r == 0 && !ret->failed_step && i < recipe->n_steps; i++)
		if (recipe_step_runs(&recipe->steps[i], is_version))
			r = run_script(request, entry, &env, &recipe->steps[i], ret, err);
	tell_build(request, ret, start, span_word(r, err));
	if (r == 0 && !ret->failed_step && recipe->verify) {
		/* As the benchmarks will see it. */
		build_provide(recipe, entry->prefix, &env);
		r = run_script(request, entry, &env, &verify, ret, err);
	}
	env_done(&env);
	return r;
}
