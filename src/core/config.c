#include "core/config.h"

#include "base/parse.h"
#include "base/str.h"
#include "core/metric.h"
#include "core/schema.h"

#include <ctype.h>
#include <string.h>

/* The last, FROM_DEFAULT, is what nobody can say. */
static const char *const from_names[] = {"head", "base", "revision", "worktree", NULL};
static const char *const isolation_names[] = {"none", "prefix", "sandbox", NULL};
const char *const order_names[] = {"random", "sequential", "duet", NULL};
const char *const inconclusive_names[] = {"warn", "fail", "pass", NULL};
static const char *const timer_names[] = {
	"wall", "cpu", "perf_counter", "process_time", "thread_time", "monotonic", NULL};

static const struct schema_key settings_keys[] = {
	{"timer", SCHEMA_WORD, .offset = offsetof(struct settings, timer), .words = timer_names},
	{"calibration_precision", SCHEMA_COUNT,
		.offset = offsetof(struct settings, calibration_precision), .min = 1},
	{"min_time", SCHEMA_DURATION, .offset = offsetof(struct settings, min_time_s)},
	{"max_time", SCHEMA_DURATION, .offset = offsetof(struct settings, max_time_s)},
	{"min_rounds", SCHEMA_COUNT, .offset = offsetof(struct settings, min_rounds), .min = 1},
	{"warmup", SCHEMA_SWITCH, .offset = offsetof(struct settings, warmup)},
	{"warmup_iterations", SCHEMA_COUNT, .offset = offsetof(struct settings, warmup_iterations)},
	{"disable_gc", SCHEMA_SWITCH, .offset = offsetof(struct settings, disable_gc)},
};

static int
read_settings(const struct schema *schema, const struct yaml_node *node, struct settings *ret,
	struct err *err)
{
	if (schema_read(schema, node, "settings", settings_keys, ARRAY_LEN(settings_keys), ret,
		    err) < 0)
		return -1;
	if (ret->min_time_s > 0 && ret->max_time_s > 0 && ret->min_time_s > ret->max_time_s)
		return schema_refuse(schema, node, err, "'min_time' is longer than 'max_time'");
	return 0;
}

static int
read_common_settings(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	return read_settings(schema, node, &((struct config *)target)->settings, err);
}

static int
read_suite_settings(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct suite *suite = target;

	suite->has_settings = true;
	return read_settings(schema, node, &suite->settings, err);
}

/* Names of suites become parts of bench ids and of file names. */
static int
read_suite_name(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct suite *suite = target;
	const struct schema_key key = {"name", SCHEMA_LINE, .offset = offsetof(struct suite, name)};

	if (schema_value(schema, node, &key, suite, err) < 0)
		return -1;
	for (const char *p = suite->name; *p; p++)
		if (iscntrl((unsigned char)*p) || strchr("/,=*?[]!\\\"'", *p))
			return schema_refuse(schema, node, err, "a suite's name cannot hold %s",
				iscntrl((unsigned char)*p) ? "control characters"
							   : "any of / , = * ? [ ] ! \\ \" '");
	if (strchr(".-", suite->name[0]) || strlen(suite->name) > 100)
		return schema_refuse(schema, node, err,
			"a suite's name cannot begin with '%c' or be longer than 100 bytes",
			suite->name[0] == '-' ? '-' : '.');
	return 0;
}

static const struct schema_key suite_keys[] = {
	{"name", SCHEMA_CALL, .read = read_suite_name, .required = true},
	{"harness", SCHEMA_LINE, .offset = offsetof(struct suite, harness), .required = true},
	{"run", SCHEMA_TEXT, .offset = offsetof(struct suite, run)},
	{"paths", SCHEMA_PATHS, .offset = offsetof(struct suite, paths)},
	{"args", SCHEMA_LIST, .offset = offsetof(struct suite, args)},
	{"select", SCHEMA_TEXTS, .offset = offsetof(struct suite, select)},
	{"include", SCHEMA_PATHS, .offset = offsetof(struct suite, include)},
	{"from", SCHEMA_ENUM, .offset = offsetof(struct suite, from), .words = from_names},
	{"cwd", SCHEMA_PATH, .offset = offsetof(struct suite, cwd)},
	{"timeout", SCHEMA_DURATION, .offset = offsetof(struct suite, timeout_s)},
	{"env", SCHEMA_ENV, .offset = offsetof(struct suite, env),
		.count = offsetof(struct suite, n_env)},
	{"settings", SCHEMA_CALL, .read = read_suite_settings},
};

static int
read_suites(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct config *config = target;

	if (schema_want_list(schema, node, "suite", err) < 0)
		return -1;
	struct suite *suites = arena_alloc(schema->arena, node->n + 1, sizeof(*suites));
	for (size_t i = 0; i < node->n; i++) {
		suites[i] = (struct suite){.paths = schema_none,
			.args = schema_none,
			.select = schema_none,
			.include = schema_none,
			.from = FROM_DEFAULT,
			.settings = SETTINGS_INIT};
		if (schema_read(schema, node->items[i], "a suite", suite_keys,
			    ARRAY_LEN(suite_keys), &suites[i], err) < 0)
			return -1;
		for (size_t j = 0; j < i; j++)
			if (strcmp(suites[i].name, suites[j].name) == 0)
				return schema_refuse(schema, yaml_get(node->items[i], "name"), err,
					"a second suite named '%s' (the first is on line %d)",
					suites[i].name, node->items[j]->line);
	}
	config->suites = suites;
	config->n_suites = node->n;
	return 0;
}

/* "5..40" or "10". */
static int
read_blocks(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct measure *measure = target;
	uint64_t low = 0, high = 0;

	if (node->kind != YAML_SCALAR)
		return schema_refuse(
			schema, node, err, "'blocks' must be a number or a range such as 5..40");
	const char *dots = strstr(node->text, "..");
	const char *first =
		dots ? arena_strndup(schema->arena, node->text, (size_t)(dots - node->text))
		     : node->text;
	if (parse_u64(first, 10000, &low, err) < 0 ||
		parse_u64(dots ? dots + 2 : first, 10000, &high, err) < 0) {
		err_wrap(err, "'blocks'");
		return schema_wrap(schema, node, err);
	}
	if (low < 1 || low > high)
		return schema_refuse(schema, node, err,
			"'blocks' must be a number or a range such as 5..40, not '%.60s'",
			node->text);
	measure->blocks_min = (unsigned)low;
	measure->blocks_max = (unsigned)high;
	return 0;
}

int
rebuilds_parse(const char *text, unsigned *ret, struct err *err)
{
	struct err ignored = ERR_INIT; /* what is allowed says more */
	uint64_t n = 0;

	if (parse_u64(text, REBUILDS_MOST, &n, &ignored) < 0 || (n != 1 && n < REBUILDS_LEAST))
		return err_set(err, ERR_USAGE,
			"takes a number of builds from %d to %d, or 1 for none but the first, not "
			"'%.60s'",
			REBUILDS_LEAST, REBUILDS_MOST, text);
	*ret = (unsigned)n;
	return 0;
}

static int
read_rebuilds(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct measure *measure = target;

	if (node->kind != YAML_SCALAR)
		return schema_refuse(schema, node, err, "'rebuilds' must be a number");
	if (rebuilds_parse(node->text, &measure->rebuilds, err) == 0)
		return 0;
	err_wrap(err, "'rebuilds'");
	return schema_wrap(schema, node, err);
}

int
passes_parse(const char *text, unsigned *ret, struct err *err)
{
	struct err ignored = ERR_INIT; /* what is allowed says more */
	uint64_t n = 0;

	if (strcmp(text, "auto") != 0 && (parse_u64(text, PASSES_MOST, &n, &ignored) < 0 || n == 0))
		return err_set(err, ERR_USAGE,
			"takes a number of passes from 1 to %d, or auto, not '%.60s'", PASSES_MOST,
			text);
	*ret = (unsigned)n;
	return 0;
}

static int
read_passes(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct measure *measure = target;

	if (node->kind != YAML_SCALAR)
		return schema_refuse(schema, node, err, "'passes' must be a number or auto");
	if (passes_parse(node->text, &measure->passes, err) == 0)
		return 0;
	err_wrap(err, "'passes'");
	return schema_wrap(schema, node, err);
}

static int
read_metrics(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct measure *measure = target;

	static const struct schema_key key = {
		"metrics", SCHEMA_TEXTS, .offset = offsetof(struct measure, metrics)};

	if (schema_value(schema, node, &key, measure, err) < 0)
		return -1;
	for (const char *const *m = measure->metrics; *m; m++)
		if (metric_check(*m, err) < 0) {
			err_wrap(err, "'metrics'");
			return schema_wrap(schema, node, err);
		}
	return 0;
}

bool
metric_wanted(const struct config *config, const char *metric, bool aside)
{
	const char *const *m = config->measure.metrics;
	bool listed = m && *m;

	for (; listed && *m; m++)
		if (strcmp(*m, metric) == 0 || (strcmp(*m, "value") == 0 && !metric_known(metric)))
			return true;
	/* What a timed process used beside comes free, but nobody wants a row for it unasked; nor
	 * for what the harness puts aside. */
	for (size_t i = 0; !listed && i < config->n_gates; i++)
		if (strcmp(config->gates[i].metric, metric) == 0)
			return true;
	return !listed && !aside && strcmp(metric, "rss") != 0 && strcmp(metric, "cpu") != 0;
}

static const struct schema_key measure_keys[] = {
	{"metrics", SCHEMA_CALL, .read = read_metrics},
	{"passes", SCHEMA_CALL, .read = read_passes},
	{"budget", SCHEMA_DURATION, .offset = offsetof(struct measure, budget_s)},
	{"blocks", SCHEMA_CALL, .read = read_blocks},
	{"alpha", SCHEMA_FRACTION, .offset = offsetof(struct measure, alpha)},
	{"beta", SCHEMA_FRACTION, .offset = offsetof(struct measure, beta)},
	{"order", SCHEMA_ENUM, .offset = offsetof(struct measure, order), .words = order_names},
	{"inconclusive", SCHEMA_ENUM, .offset = offsetof(struct measure, inconclusive),
		.words = inconclusive_names},
	{"rebuilds", SCHEMA_CALL, .read = read_rebuilds},
	{"pin", SCHEMA_COUNT, .offset = offsetof(struct measure, pin)},
	{"improvements", SCHEMA_BOOL, .offset = offsetof(struct measure, improvements)},
};

static int
read_measure(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	return schema_read(schema, node, "measure", measure_keys, ARRAY_LEN(measure_keys),
		&((struct config *)target)->measure, err);
}

struct gate_entry {
	const char *where;
	const char *const *fails;
};

static const struct schema_key gate_keys[] = {
	{"where", SCHEMA_LINE, .offset = offsetof(struct gate_entry, where)},
	{"fail", SCHEMA_TEXTS, .offset = offsetof(struct gate_entry, fails), .required = true},
};

/* One item of `gates`: a text, or where and fail. Its gates are added to list. */
static int
read_gate(const struct schema *schema, const struct yaml_node *node, struct gate **list, size_t *n,
	struct err *err)
{
	struct gate_entry entry = {NULL, schema_none};
	const struct yaml_node *at = node;

	if (node->kind == YAML_SCALAR) {
		const char **one = arena_alloc(schema->arena, 2, sizeof(*one));
		one[0] = node->text;
		entry.fails = one;
	} else {
		if (schema_read(schema, node, "a gate", gate_keys, ARRAY_LEN(gate_keys), &entry,
			    err) < 0)
			return -1;
		at = yaml_get(node, "fail");
	}
	for (size_t i = 0; entry.fails[i]; i++) {
		struct gate gate = {0};

		if (gate_parse(entry.fails[i], entry.where, schema->arena, &gate, err) < 0)
			return schema_wrap(schema, at->kind == YAML_LIST ? at->items[i] : at, err);
		struct gate *longer = arena_alloc(schema->arena, *n + 1, sizeof(*longer));
		if (*n)
			memcpy(longer, *list, *n * sizeof(*longer));
		longer[(*n)++] = gate;
		*list = longer;
	}
	return 0;
}

static int
read_gates(const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct config *config = target;
	struct gate *gates = NULL;
	size_t n = 0;

	if (schema_want_list(schema, node, "gates", err) < 0)
		return -1;
	for (size_t i = 0; i < node->n; i++)
		if (read_gate(schema, node->items[i], &gates, &n, err) < 0)
			return -1;
	config->gates = gates;
	config->n_gates = n;
	return 0;
}

static int
read_version(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	(void)target;
	if (node->kind == YAML_SCALAR && strcmp(node->text, "1") == 0)
		return 0;
	return schema_refuse(schema, node, err,
		"'version' must be 1: this revsweep knows no other form of %s", CONFIG_NAME);
}

static int
read_max_download(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	double bytes = 0;

	if (node->kind != YAML_SCALAR)
		return schema_refuse(
			schema, node, err, "'max_download' must be a size such as 500MiB");
	if (parse_size(node->text, &bytes, err) < 0) {
		err_wrap(err, "'max_download'");
		return schema_wrap(schema, node, err);
	}
	if (!(bytes >= 1 && bytes <= 1e15))
		return schema_refuse(
			schema, node, err, "'max_download' must lie between 1 B and 1000 TB");
	((struct config *)target)->max_download = bytes;
	return 0;
}

static const struct schema_key source_keys[] = {
	{"git", SCHEMA_LINE, .offset = offsetof(struct config, git)},
	{"archive", SCHEMA_LINE, .offset = offsetof(struct config, source.archive)},
	{"versions", SCHEMA_BOOL, .offset = offsetof(struct config, source.versions)},
	{"allow_http", SCHEMA_BOOL, .offset = offsetof(struct config, allow_http)},
	{"max_download", SCHEMA_CALL, .read = read_max_download},
};

/* Both at once would leave open what "1.2" is. */
static int
check_source(const struct schema *schema, const struct yaml_node *node, const struct config *config,
	struct err *err)
{
	const char *archive = config->source.archive;
	struct revspec spec;

	if (archive && config->source.versions)
		return schema_refuse(schema, yaml_get(node, "versions"), err,
			"'source' has either 'archive' or 'versions'");
	if (!archive)
		return 0;
	if (!strstr(archive, "{version}") || strchr(archive, '#'))
		return schema_refuse(schema, yaml_get(node, "archive"), err,
			"'archive' must hold {version}, which stands for what is asked for "
			"(https://.../x-{version}.tar.gz), and no checksum");
	const char *example = arena_printf(schema->arena, "archive:%s@1", archive);
	if (revspec_parse(example, schema->arena, &spec, err) == 0)
		return 0;
	return schema_wrap(schema, yaml_get(node, "archive"), err);
}

static int
read_source(
	const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct config *config = target;

	if (schema_read(schema, node, "source", source_keys, ARRAY_LEN(source_keys), config, err) <
		0)
		return -1;
	if (config->git && strstr(config->git, "://"))
		return schema_refuse(schema, yaml_get(node, "git"), err,
			"remote repositories are not supported yet; clone '%s' and give its path",
			config->git);
	return check_source(schema, node, config, err);
}

static int
read_build(const struct schema *schema, const struct yaml_node *node, void *target, struct err *err)
{
	struct config *config = target;
	struct recipe *recipe = arena_alloc(schema->arena, 1, sizeof(*recipe));

	if (recipe_of_yaml(node, "build", schema->file, schema->arena, recipe, err) < 0)
		return -1;
	config->inline_recipe = recipe;
	return 0;
}

static const struct schema_key config_keys[] = {
	{"version", SCHEMA_CALL, .read = read_version},
	{"project", SCHEMA_LINE, .offset = offsetof(struct config, project)},
	{"source", SCHEMA_CALL, .read = read_source},
	{"recipe", SCHEMA_LINE, .offset = offsetof(struct config, recipe_name)},
	{"build", SCHEMA_CALL, .read = read_build},
	{"with", SCHEMA_PARAMS, .offset = offsetof(struct config, with),
		.count = offsetof(struct config, n_with)},
	{"suite", SCHEMA_CALL, .read = read_suites},
	{"settings", SCHEMA_CALL, .read = read_common_settings},
	{"measure", SCHEMA_CALL, .read = read_measure},
	{"gates", SCHEMA_CALL, .read = read_gates},
	{"env", SCHEMA_ENV, .offset = offsetof(struct config, env),
		.count = offsetof(struct config, n_env)},
	{"pass_env", SCHEMA_NAMES, .offset = offsetof(struct config, pass_env)},
	{"isolation", SCHEMA_ENUM, .offset = offsetof(struct config, isolation),
		.words = isolation_names},
	{"jobs", SCHEMA_COUNT, .offset = offsetof(struct config, jobs), .min = 1},
};

void
config_defaults(struct config *ret)
{
	*ret = (struct config){
		.settings = SETTINGS_INIT,
		.measure = {.metrics = schema_none,
			.budget_s = DEFAULT_BUDGET_S,
			.blocks_min = DEFAULT_BLOCKS_MIN,
			.blocks_max = DEFAULT_BLOCKS_MAX,
			.alpha = DEFAULT_ALPHA,
			.beta = DEFAULT_BETA,
			.rebuilds = 1,
			.pin = -1},
		.max_download = DEFAULT_MAX_DOWNLOAD,
		.pass_env = schema_none,
		.isolation = ISOLATION_PREFIX,
	};
}

int
config_parse(const char *text, size_t n, const char *name, struct arena *arena, struct config *ret,
	struct err *err)
{
	const struct schema schema = {arena_strdup(arena, name), arena};
	struct yaml_node *root = NULL;
	struct config config;

	config_defaults(&config);
	if (yaml_parse(text, n, schema.file, arena, &root, err) < 0 ||
		schema_read(&schema, root, CONFIG_NAME, config_keys, ARRAY_LEN(config_keys),
			&config, err) < 0)
		return -1;
	if (config.inline_recipe && config.recipe_name)
		return schema_refuse(&schema, yaml_get(root, "build"), err,
			"'build' and 'recipe' exclude each other");
	*ret = config;
	return 0;
}

const char *
isolation_name(enum isolation level)
{
	return isolation_names[level];
}

const char *
order_name(enum order order)
{
	return order_names[order];
}

const char *
suite_from_name(enum suite_from from)
{
	return from == FROM_DEFAULT ? "default" : from_names[from];
}

struct settings
settings_for(const struct config *config, const struct suite *suite)
{
	struct settings all = config->settings;
	const struct settings *own = &suite->settings;

	if (!suite->has_settings)
		return all;
	if (own->timer)
		all.timer = own->timer;
	if (own->min_time_s >= 0)
		all.min_time_s = own->min_time_s;
	if (own->max_time_s >= 0)
		all.max_time_s = own->max_time_s;
	if (own->min_rounds >= 0)
		all.min_rounds = own->min_rounds;
	if (own->calibration_precision >= 0)
		all.calibration_precision = own->calibration_precision;
	if (own->warmup >= 0)
		all.warmup = own->warmup;
	if (own->warmup_iterations >= 0)
		all.warmup_iterations = own->warmup_iterations;
	if (own->disable_gc >= 0)
		all.disable_gc = own->disable_gc;
	return all;
}
