#include "format/profiles.h"

#include "base/str.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define SUFFIX ".json"
#define LINE_LARGEST 2147483647.0

/* ---- a case */

struct raw_case {
	const char *key, *fullname;
	struct profile_function function;
	double seconds;
	const char *wrong; /* what is, or NULL */
};

struct reading {
	struct json_stream *js;
	struct arena arena;
	vec(struct raw_case) cases;
	const char *run;   /* NULL: it does not say */
	const char *wrong; /* with the file, or NULL */
	bool known;        /* it has a list of cases */
	size_t n_cases, n_wrong, n_over;
	size_t first_wrong; /* counted from 1 */
	const char *first_reason;
};

static void
reading_done(struct reading *r)
{
	vec_done(&r->cases);
	arena_done(&r->arena);
}

/* NULL for null, and for what is no name. */
static const char *
take_name(struct reading *r, struct raw_case *c, const char *wrong)
{
	enum json_kind kind = json_kind(r->js);

	if (kind == JSON_TEXT) {
		const char *text = json_take_text(r->js, &r->arena);

		if (text && strlen(text) > PROFILES_TEXT_MAX)
			c->wrong = "a name is too long";
		return text;
	}
	if (kind != JSON_NULL)
		c->wrong = wrong;
	json_skip(r->js);
	return NULL;
}

/* NAN for what is none. */
static double
take_number(struct reading *r)
{
	if (json_kind(r->js) == JSON_NUMBER)
		return json_take_number(r->js);
	json_skip(r->js);
	return NAN;
}

static void
take_line(struct reading *r, struct raw_case *c)
{
	bool missing = json_kind(r->js) == JSON_NULL;
	double line = take_number(r);

	if (line >= 0 && line <= LINE_LARGEST && line == floor(line))
		c->function.line = (int64_t)line;
	else if (!missing)
		c->wrong = "its line is no whole number";
}

static void
take_member(struct reading *r, struct raw_case *c)
{
	if (json_key_is(r->js, "case_key"))
		c->key = take_name(r, c, "its case_key is no text");
	else if (json_key_is(r->js, "fullname"))
		c->fullname = take_name(r, c, "its fullname is no text");
	else if (json_key_is(r->js, "function"))
		c->function.name = take_name(r, c, "its function is no text");
	else if (json_key_is(r->js, "file"))
		c->function.file = take_name(r, c, "its file is no text");
	else if (json_key_is(r->js, "line"))
		take_line(r, c);
	else if (json_key_is(r->js, "total_time"))
		c->seconds = take_number(r);
}

static const char *
what_is_wrong(const struct raw_case *c)
{
	if (c->wrong)
		return c->wrong;
	if (!c->key)
		return "it has no case_key and no fullname";
	if (!c->function.name || !*c->function.name)
		return "it has no function";
	if (!isfinite(c->seconds))
		return "its total_time is no finite number";
	return c->seconds < 0 ? "its total_time is negative" : NULL;
}

static void
take_case(struct reading *r)
{
	struct raw_case c = {.seconds = NAN};

	r->n_cases++;
	if (r->cases.n >= PROFILES_CASES_MAX) {
		r->n_over++;
		return;
	}
	if (json_kind(r->js) != JSON_OBJECT)
		c.wrong = "it is no object";
	for (json_enter(r->js); json_next(r->js);)
		take_member(r, &c);
	if (!c.key || !*c.key)
		c.key = c.fullname && *c.fullname ? c.fullname : NULL;
	if (!c.function.file)
		c.function.file = "";
	c.wrong = what_is_wrong(&c);
	if (!c.wrong) {
		vec_add(&r->cases, c);
	} else if (r->n_wrong++ == 0) {
		r->first_wrong = r->n_cases;
		r->first_reason = c.wrong;
	}
}

/* ---- a file */

static void
take_run(struct reading *r)
{
	scoped(str) raw = STR_INIT;
	enum json_kind kind = json_kind(r->js);

	if (kind == JSON_TEXT) {
		r->run = json_take_text(r->js, &r->arena);
	} else if (kind == JSON_NUMBER) {
		json_take_raw(r->js, &raw);
		r->run = arena_strdup(&r->arena, raw.p);
	} else {
		if (kind != JSON_NULL)
			r->wrong = "its run_id is no text";
		json_skip(r->js);
	}
	if (r->run && strlen(r->run) > PROFILES_TEXT_MAX)
		r->wrong = "its run_id is too long";
}

static void
take_document(struct reading *r)
{
	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "run_id")) {
			take_run(r);
		} else if (json_key_is(r->js, "cases") && json_kind(r->js) == JSON_ARRAY) {
			r->known = true;
			for (json_enter(r->js); json_next(r->js);)
				take_case(r);
		}
	}
}

/* Whether there is room for another. */
static bool
has_room(const struct profiles *p)
{
	return p->lines.n < PROFILES_CASES_MAX && p->keys.list.n < PROFILES_KEYS_MAX &&
	       p->runs.list.n < PROFILES_KEYS_MAX;
}

static void
keep(struct profiles *p, const char *name, struct reading *r)
{
	const char *base = path_base(name);
	scoped_free char *stem =
		xstrndup(base, strlen(base) - (str_ends(base, SUFFIX) ? strlen(SUFFIX) : 0));
	size_t again = 0;

	for (size_t i = 0; i < r->cases.n; i++) {
		const struct raw_case *c = &r->cases.v[i];

		if (!has_room(p))
			r->n_over++;
		else if (!profiles_add(p, r->run && *r->run ? r->run : stem, c->key, &c->function,
				 c->seconds))
			again++;
	}
	if (r->n_wrong)
		profiles_note(p, "%s: %zu of %zu cases left out; the first of them is case %zu: %s",
			name, r->n_wrong, r->n_cases, r->first_wrong, r->first_reason);
	if (again)
		profiles_note(p,
			"%s: %zu of %zu cases left out: their run and case have that function "
			"already",
			name, again, r->n_cases);
	if (r->n_over)
		profiles_note(p,
			"%s: %zu of %zu cases left out: there are more than %d in all files, or "
			"more than %d benchmarks or runs",
			name, r->n_over, r->n_cases, PROFILES_CASES_MAX, PROFILES_KEYS_MAX);
}

void
profiles_read_one(struct profiles *p, const char *name, struct json_stream *js)
{
	scoped(reading) r = {.js = js};
	struct err err = ERR_INIT;

	take_document(&r);
	if (json_stream_end(js, &err) < 0)
		profiles_note(p, "%s: left out: %s", name, err.text);
	else if (!r.known)
		profiles_note(p, "%s: left out: no profile, it has no list of cases", name);
	else if (r.wrong)
		profiles_note(p, "%s: left out: %s", name, r.wrong);
	else
		keep(p, name, &r);
}

/* ---- the folder */

struct folder {
	const char *dir;
	struct profiles *profiles; /* NULL: only looked at */
	size_t n_entries, n_files;
	uint64_t bytes, state;
};

/* FNV-1a, 64 bits. */
static void
mix(struct folder *folder, const void *data, size_t n)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n; i++)
		folder->state = (folder->state ^ bytes[i]) * UINT64_C(0x100000001b3);
}

static const char *
why_not(struct folder *folder, const struct fs_entry *entry)
{
	if (entry->type == 'l')
		return "a link, and links are not followed";
	if (entry->type != 'f')
		return "no regular file";
	if (entry->size > PROFILES_FILE_BYTES_MAX)
		return "larger than 64 MiB";
	if (folder->bytes + entry->size > PROFILES_BYTES_MAX)
		return "with it all files are larger than 256 MiB";
	if (folder->n_files++ >= PROFILES_FILES_MAX)
		return "there are 10000 files before it";
	folder->bytes += entry->size;
	return NULL;
}

static void
read_entry(struct folder *folder, const struct fs_entry *entry)
{
	struct profiles *p = folder->profiles;
	scoped_free char *path = path_join(folder->dir, entry->path);
	struct json_stream *js = NULL;
	struct err err = ERR_INIT;
	const char *why = why_not(folder, entry);

	if (why || json_stream_open(path, &js, &err) < 0) {
		profiles_note(p, "%s: left out: %s", entry->path, why ? why : err.text);
		return;
	}
	profiles_read_one(p, entry->path, js);
	json_stream_close(js);
}

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct folder *folder = arg;

	if (folder->n_entries++ >= PROFILES_ENTRIES_MAX)
		return err_set(err, ERR_USAGE,
			"'%s' holds more than %d files: name the folder of the profiles alone",
			folder->dir, PROFILES_ENTRIES_MAX);
	if (entry->type == 'd' || !str_ends(entry->path, SUFFIX))
		return 0;
	if (folder->profiles) {
		read_entry(folder, entry);
	} else {
		mix(folder, entry->path, strlen(entry->path) + 1);
		mix(folder, &entry->type, sizeof(entry->type));
		mix(folder, &entry->size, sizeof(entry->size));
		mix(folder, &entry->mtime_ns, sizeof(entry->mtime_ns));
	}
	return 0;
}

int
profiles_read(const char *dir, struct profiles *ret, struct err *err)
{
	struct folder folder = {.dir = dir, .profiles = ret};

	if (!fs_is_dir(dir))
		return err_set(err, ERR_USAGE, "'%s' is no folder that is there", dir);
	int r = fs_walk(dir, visit, &folder, err);
	/* It has nothing to do with the store. */
	if (r < 0 && err->kind == ERR_STORE)
		err->kind = ERR_USAGE;
	return r;
}

uint64_t
profiles_state(const char *dir)
{
	struct folder folder = {.dir = dir, .state = UINT64_C(0xcbf29ce484222325)};
	struct err err = ERR_INIT;

	if (fs_walk(dir, visit, &folder, &err) < 0)
		mix(&folder, err.text, strlen(err.text));
	return folder.state;
}
