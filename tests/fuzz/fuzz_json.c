/* Any bytes into the JSON reader; what it takes must survive a walk and a dump that reads back. */
#include "ext/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
walk(const char *key, const struct json_val *v, void *arg)
{
	(void)key;
	if (json_is_number(v))
		*(double *)arg += json_number(v);
	else if (json_text(v))
		*(double *)arg += (double)strlen(json_text(v));
	else
		json_each(v, walk, arg);
	for (size_t i = 0; i < json_length(v); i++)
		walk(NULL, json_at(v, i), arg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err err = ERR_INIT;
	struct json *doc = NULL, *again = NULL;
	double sum = 0;

	if (json_parse((const char *)data, n, &doc, &err) < 0)
		return 0;
	walk(NULL, json_root(doc), &sum);
	char *text = json_dump(json_root(doc));
	if (json_parse(text, strlen(text), &again, &err) < 0 && strlen(text) <= JSON_TEXT_MAX)
		abort();
	char *text_again = again ? json_dump(json_root(again)) : NULL;
	if (text_again && strcmp(text, text_again) != 0)
		abort();
	free(text_again);
	free(text);
	json_free(again);
	json_free(doc);
	return 0;
}
