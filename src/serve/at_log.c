/* The end of a build's log. The store says where it lies, and the number of the revision which: no
 * path comes from whoever asks. Since stores are passed around, a log is also shown only where
 * builds have theirs. */
#include "page.h"
#include "serve_priv.h"

#include "sys/fs.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TAIL ((size_t)256 << 10)

struct log {
	const char *label, *path;
	bool cut; /* it begins before the tail */
	struct str text;
};

static bool
lies_in(const char *path, const char *dir)
{
	scoped_free char *place = realpath(dir, NULL);
	size_t n = place ? strlen(place) : 0;

	return n > 1 && strncmp(path, place, n) == 0 && path[n] == '/';
}

bool
log_is_ours(const struct asked *asked, const char *path)
{
	scoped_free char *place = realpath(path, NULL);

	return place &&
	       (lies_in(place, asked->options->cache) || lies_in(place, asked->options->store));
}

static int
read_log(struct asked *asked, const struct results_rev *rev, struct log *ret, struct err *err)
{
	scoped_free char *path = rev->build_log ? realpath(rev->build_log, NULL) : NULL;

	if (!rev->build_log)
		return err_set(err, ERR_USAGE, "'%s' was not built here", rev->rev.label);
	if (!path)
		return err_set(
			err, ERR_USAGE, "the log of '%s' is gone, with its build", rev->rev.label);
	if (!log_is_ours(asked, path))
		return err_set(err, ERR_USAGE,
			"the log of '%s' lies neither with the builds nor in the store: '%s'",
			rev->rev.label, rev->build_log);
	ret->label = arena_strdup(asked->arena, rev->rev.label);
	ret->path = arena_strdup(asked->arena, path);
	if (fs_read_tail(path, TAIL, &ret->text, err) < 0)
		return -1;
	ret->cut = ret->text.n == TAIL;
	return 0;
}

static int
find_log(struct asked *asked, struct log *ret, struct err *err)
{
	struct results results;

	*ret = (struct log){.text = STR_INIT};
	results_init(&results);
	int r = store_outline(asked->store, asked->number[0], &results, err);
	if (r == 0 && (uint64_t)asked->number[1] >= results.revs.n)
		r = err_set(err, ERR_USAGE, "sweep #%" PRId64 " has no revision %" PRId64,
			asked->number[0], asked->number[1]);
	if (r == 0)
		r = read_log(asked, &results.revs.v[asked->number[1]], ret, err);
	results_done(&results);
	return r;
}

int
at_log_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct log log;
	int r = find_log(asked, &log, err);

	if (r == 0) {
		jsonw_open(&w, NULL, '{');
		jsonw_int(&w, "sweep", asked->number[0]);
		jsonw_text(&w, "rev", log.label);
		jsonw_text(&w, "path", log.path);
		jsonw_bool(&w, "cut", log.cut);
		jsonw_text(&w, "text", log.text.p);
		jsonw_close(&w, '}');
		str_addc(out, '\n');
	}
	str_done(&log.text);
	return r;
}

int
at_log_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	scoped(str) title = STR_INIT;
	struct log log;
	int r = find_log(asked, &log, err);

	if (r == 0) {
		str_addf(&title, "#%" PRId64 " log of %s", asked->number[0], log.label);
		page_begin(&page, title.p);
		page_element(&page, "p", NULL, log.path);
		if (log.cut)
			page_element(&page, "p", NULL, "Its end:");
		page_element(&page, "pre", NULL, log.text.p);
		page_end(&page);
	}
	str_done(&log.text);
	return r;
}
