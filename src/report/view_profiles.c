/* The profiles of a view: functions, each once, and where they stand, column by column. */
#include "report_priv.h"

#include "base/jsonw.h"

/* Those that somebody names, under the numbers that they get: others are of other sweeps. */
static void
put_functions(const struct profile_view *profiles, size_t *numbers, struct jsonw *w)
{
	size_t n = 0;

	jsonw_open(w, "functions", '[');
	for (size_t i = 0; i < profiles->n_lines; i++) {
		size_t at = profiles->lines[i].function;
		const struct profile_function *f = &profiles->functions[at];

		if (numbers[at])
			continue;
		numbers[at] = ++n;
		jsonw_open(w, NULL, '{');
		jsonw_text(w, "name", f->name);
		jsonw_text(w, "file", *f->file ? f->file : NULL);
		if (f->line)
			jsonw_int(w, "line", f->line);
		else
			jsonw_null(w, "line");
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

void
view_profiles(const struct profile_view *profiles, struct jsonw *w)
{
	static const char *const keys[] = {"bench", "rev", "function"};
	scoped_free size_t *numbers = xcalloc(profiles->n_functions + 1, sizeof(*numbers));

	jsonw_open(w, "profiles", '{');
	put_functions(profiles, numbers, w);
	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		jsonw_open(w, keys[k], '[');
		for (size_t i = 0; i < profiles->n_lines; i++) {
			const struct profile_at *line = &profiles->lines[i];

			jsonw_int(w, NULL,
				(int64_t)(k == 0   ? line->bench
					  : k == 1 ? line->rev
						   : numbers[line->function] - 1));
		}
		jsonw_close(w, ']');
	}
	jsonw_open(w, "seconds", '[');
	for (size_t i = 0; i < profiles->n_lines; i++)
		view_number(w, profiles->lines[i].seconds, DIGITS_MANY);
	jsonw_close(w, ']');
	jsonw_open(w, "notes", '[');
	for (size_t i = 0; i < profiles->n_notes; i++)
		jsonw_text(w, NULL, profiles->notes[i]);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}
