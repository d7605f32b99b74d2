#include "source/pins.h"

#include "base/str.h"
#include "base/vec.h"
#include "sys/fs.h"

#include <string.h>

#define FILE_MAX ((size_t)4 << 20)
#define KEY "sha256="
#define HEX_DIGITS (DIGEST_HEX - 1)

struct pin {
	const char *hex; /* 64 digits, not ended by a NUL */
	const char *url;
};

/* Texts point into the text of the file. */
struct pins {
	struct str text;
	vec(struct pin) all;
};

static void
pins_done(struct pins *pins)
{
	str_done(&pins->text);
	vec_done(&pins->all);
}

static bool
read_line(const char *line, struct pin *ret)
{
	const char *hex = line + strlen(KEY), *url = hex + HEX_DIGITS + 1;

	if (!str_starts(line, KEY) || strspn(hex, "0123456789abcdef") != HEX_DIGITS ||
		hex[HEX_DIGITS] != ' ' || !*url || strchr(url, ' '))
		return false;
	*ret = (struct pin){hex, url};
	return true;
}

static int
read_pins(const char *path, struct pins *ret, struct err *err)
{
	size_t number = 0;
	struct pin pin;

	if (!fs_exists(path))
		return 0;
	if (fs_read(path, FILE_MAX, &ret->text, err) < 0)
		return -1;
	for (char *line = ret->text.p, *next; *line; line = next) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		if (n && line[n - 1] == '\r') /* checked out on Windows */
			line[n - 1] = '\0';
		number++;
		if (!*line || *line == '#')
			continue;
		if (!read_line(line, &pin))
			return err_set(err, ERR_USAGE,
				"%.200s:%zu: not 'sha256=HEX ADDRESS'; restore the file or remove "
				"the line",
				path, number);
		vec_add(&ret->all, pin);
	}
	return 0;
}

int
pins_find(const char *path, const char *url, bool *ret_found, char hex[DIGEST_HEX], struct err *err)
{
	scoped(pins) pins = {.text = STR_INIT};

	if (read_pins(path, &pins, err) < 0)
		return -1;
	*ret_found = false;
	for (size_t i = 0; i < pins.all.n; i++) {
		const struct pin *pin = &pins.all.v[i];

		if (strcmp(pin->url, url) != 0)
			continue;
		/* After a merge both sides may have pinned it. */
		if (*ret_found && strncmp(pin->hex, hex, HEX_DIGITS) != 0)
			return err_set(err, ERR_USAGE,
				"%.200s has two checksums for '%.200s': remove one", path, url);
		memcpy(hex, pin->hex, HEX_DIGITS);
		hex[HEX_DIGITS] = '\0';
		*ret_found = true;
	}
	return 0;
}

static int
by_url(const void *a, const void *b)
{
	return strcmp(((const struct pin *)a)->url, ((const struct pin *)b)->url);
}

int
pins_add(const char *path, const char *url, const char *hex, struct err *err)
{
	scoped(pins) pins = {.text = STR_INIT};
	scoped(str) out = STR_INIT;
	size_t n = 0;

	if (read_pins(path, &pins, err) < 0)
		return -1;
	for (size_t i = 0; i < pins.all.n; i++)
		if (strcmp(pins.all.v[i].url, url) != 0)
			pins.all.v[n++] = pins.all.v[i];
	pins.all.n = n;
	vec_add(&pins.all, (struct pin){hex, url});
	qsort(pins.all.v, pins.all.n, sizeof(*pins.all.v), by_url);
	str_add(&out,
		"# What each archive was when it was first used (revsweep --trust-first-use).\n"
		"# Commit this file: an archive that is another one later is refused.\n");
	for (size_t i = 0; i < pins.all.n; i++)
		str_addf(&out, KEY "%.*s %s\n", (int)HEX_DIGITS, pins.all.v[i].hex,
			pins.all.v[i].url);
	return fs_write_atomic(path, out.p, out.n, err);
}
