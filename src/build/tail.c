/* Why did it fail? The one line of a log that people look for. */
#include "internal.h"

#include "sys/fs.h"

#include <string.h>

#define TAIL_MAX ((size_t)32 << 10)
#define LINE_MAX_SHOWN 240

/* What make, ninja and friends say about a failure that was already explained. */
static bool
is_noise(const char *line)
{
	static const char *const starts[] = {"==>", "make: ***", "make[", "ninja: build stopped",
		"FAILED:", "revsweep:", "gmake", "npm error Log files", "npm error A complete log",
		"note: ", "hint: ", "[notice]", "[end of output]"};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (str_starts(line, starts[i]))
			return true;
	return strpbrk(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL;
}

static bool
is_error(const char *line)
{
	static const char *const words[] = {"error:", "Error:", "ERROR:", "fatal:", "FATAL:",
		"error[", "not found", "No such file", "No rule to make target",
		"No matching version", "could not be found", "there is no version of",
		"Permission denied", "No space left", "undefined reference"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

void
log_reason(const char *path, struct str *out)
{
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	const char *last = NULL, *error = NULL;

	/* Without a readable log there is no reason to give; the outcome still says how. */
	if (fs_read_tail(path, TAIL_MAX, &text, &err) < 0)
		return;
	for (char *save = NULL, *line = strtok_r(text.p, "\r\n", &save); line;
		line = strtok_r(NULL, "\r\n", &save)) {
		line += strspn(line, " \t");
		if (str_starts(line, "==>")) { /* only the last step counts */
			last = error = NULL;
			continue;
		}
		/* "make: *** No rule to make target 'x'.  Stop." is the reason itself. */
		if (strstr(line, "No rule to make target"))
			error = line;
		if (is_noise(line))
			continue;
		last = line;
		if (is_error(line))
			error = line;
	}
	const char *best = error ? error : last;
	if (best)
		str_addn(out, best, strnlen(best, LINE_MAX_SHOWN));
	str_trim(out);
}
