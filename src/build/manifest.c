/* MANIFEST.json and FILES of a finished build, FAILED.json of a failed one. */
#include "internal.h"

#include "base/jsonw.h"
#include "ext/digest.h"
#include "ext/json.h"
#include "sys/clock.h"
#include "sys/fs.h"

#include <math.h>
#include <string.h>

#define MANIFEST_FORMAT 1
#define MANIFEST_MAX ((size_t)1 << 20)

static void
write_common(struct jsonw *w, const struct build_request *request, const struct build *build)
{
	char stamp[40];

	jsonw_int(w, "format", MANIFEST_FORMAT);
	jsonw_text(w, "key", build->key);
	jsonw_text(w, "project", request->project);
	jsonw_text(w, "label", request->rev->label);
	jsonw_text(w, "rev", request->rev->id);
	jsonw_text(w, "tree", request->rev->tree_id);
	jsonw_int(w, "date", request->rev->date);
	jsonw_text(w, "recipe", request->recipe->name);
	jsonw_text(w, "built", clock_iso8601(clock_wall_s(), stamp, sizeof(stamp)));
	jsonw_number(w, "wall_s", build->wall_s);
	jsonw_bool(w, "confined", build->confined);
}

int
manifest_publish(const struct build_request *request, const struct entry *entry,
	const struct build *build, struct err *err)
{
	scoped(str) files = STR_INIT, text = STR_INIT;
	struct jsonw w = {.out = &text, .pretty = true};
	char hex[DIGEST_HEX];

	if (content_list(entry->prefix, &files, err) < 0)
		return -1;
	digest_of(files.p, files.n, hex);
	jsonw_open(&w, NULL, '{');
	write_common(&w, request, build);
	jsonw_int(&w, "layout", request->layout);
	jsonw_text(&w, "isolation", isolation_name(request->isolation));
	jsonw_text(&w, "files_sha256", hex);
	jsonw_text(&w, "digest", build->digest);
	jsonw_close(&w, '}');
	str_addc(&text, '\n');
	/* Everything below the entry is durable before the manifest says that it is there. */
	if (fs_write_atomic(entry->files, files.p, files.n, err) < 0 ||
		fs_sync(entry->dir, err) < 0)
		return -1;
	return fs_write_atomic(entry->manifest, text.p, text.n, err);
}

/* Where two listings part: the line of the first, or of the second when the first has no more. */
static void
first_difference(const char *was, const char *is, struct str *why)
{
	while (*was || *is) {
		size_t n = strcspn(was, "\n"), m = strcspn(is, "\n");

		if (n != m || memcmp(was, is, n) != 0) {
			str_addf(why, "its files changed: was '%.*s', is '%.*s'",
				(int)(n < 200 ? n : 200), was, (int)(m < 200 ? m : 200), is);
			return;
		}
		was += n + (was[n] == '\n');
		is += m + (is[m] == '\n');
	}
}

static bool
files_match(const struct entry *entry, const char *hex, struct str *why)
{
	scoped(str) was = STR_INIT, is = STR_INIT;
	struct err err = ERR_INIT;
	char stored[DIGEST_HEX];

	if (fs_read(entry->files, STR_MAX, &was, &err) < 0 ||
		content_list(entry->prefix, &is, &err) < 0) {
		str_add(why, err.text);
		return false;
	}
	digest_of(was.p, was.n, stored);
	if (strcmp(stored, hex) != 0)
		str_add(why, "its list of files is not the one that its manifest names");
	else
		first_difference(was.p, is.p, why);
	return why->n == 0;
}

static int
read_fields(
	const struct entry *entry, const struct json_val *root, struct build *ret, struct str *why)
{
	const char *key = json_text(json_get(root, "key"));
	const char *digest = json_text(json_get(root, "digest"));
	const char *files = json_text(json_get(root, "files_sha256"));

	if (json_number(json_get(root, "format")) != MANIFEST_FORMAT || !str_eq(key, ret->key) ||
		!digest || strlen(digest) != sizeof(ret->digest) - 1 || !files) {
		str_add(why, "its manifest is incomplete");
		return -1;
	}
	if (!files_match(entry, files, why))
		return -1;
	memcpy(ret->digest, digest, sizeof(ret->digest));
	double wall_s = json_number(json_get(root, "wall_s"));
	ret->wall_s = isfinite(wall_s) ? wall_s : 0;
	ret->confined = json_is_true(json_get(root, "confined"));
	return 1;
}

int
manifest_read(const struct entry *entry, struct build *ret, struct str *why)
{
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	if (!fs_exists(entry->manifest))
		return 0;
	if (fs_read(entry->manifest, MANIFEST_MAX, &text, &err) < 0 ||
		json_parse(text.p, text.n, &doc, &err) < 0) {
		str_addf(why, "its manifest cannot be read: %s", err.text);
		return -1;
	}
	int r = read_fields(entry, json_root(doc), ret, why);
	json_free(doc);
	return r;
}

int
failure_publish(const struct build_request *request, const struct entry *entry,
	const struct build *build, struct err *err)
{
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text, .pretty = true};

	jsonw_open(&w, NULL, '{');
	write_common(&w, request, build);
	jsonw_text(&w, "outcome", outcome_name(build->outcome.kind));
	jsonw_text(&w, "detail", build->outcome.detail);
	jsonw_text(&w, "step", build->failed_step);
	jsonw_number(&w, "timeout_s", step_timeout(request));
	jsonw_close(&w, '}');
	str_addc(&text, '\n');
	return fs_write_atomic(entry->failed, text.p, text.n, err);
}

int
failure_read(const struct entry *entry, double timeout_s, struct build *ret)
{
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	/* One that cannot be read costs a build, nothing more. */
	if (!fs_exists(entry->failed) || fs_read(entry->failed, MANIFEST_MAX, &text, &err) < 0 ||
		json_parse(text.p, text.n, &doc, &err) < 0)
		return 0;
	const struct json_val *root = json_root(doc);
	const char *detail = json_text(json_get(root, "detail"));
	const char *name = json_text(json_get(root, "outcome"));
	const char *step = json_text(json_get(root, "step"));
	double wall_s = json_number(json_get(root, "wall_s"));
	enum outcome_kind kind = name ? outcome_of_name(name) : OUTCOME_FAILED;
	/* With more time than it had, a step may end well. */
	bool counts = detail && str_eq(json_text(json_get(root, "key")), ret->key) &&
		      !(kind == OUTCOME_TIMED_OUT &&
			      json_number(json_get(root, "timeout_s")) < timeout_s);
	if (counts) {
		outcome_set(&ret->outcome, kind, "%s", detail);
		ret->failed_step = step ? xstrdup(step) : NULL;
		ret->wall_s = isfinite(wall_s) ? wall_s : 0;
		ret->confined = json_is_true(json_get(root, "confined"));
	}
	json_free(doc);
	return counts;
}
