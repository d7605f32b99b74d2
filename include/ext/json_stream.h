/* Reading JSON of any size from beginning to end, in little memory: what is not asked for is passed
 * over. As lenient as Python's json module, as ext/json.h is: NaN and infinities, numbers too large
 * for a double (infinite), duplicate keys (the reader sees each), half surrogate pairs and \u0000
 * (U+FFFD). What is passed over is only followed by its brackets and quotes.
 *
 *	for (json_enter(js); json_next(js);) {
 *		if (json_key_is(js, "name"))
 *			name = json_take_text(js, arena);
 *		else if (json_key_is(js, "values"))
 *			for (json_enter(js); json_next(js);)
 *				add(json_take_number(js));
 *	}
 *	if (json_stream_end(js, err) < 0) ...
 *
 * Errors wait: after one every loop ends, every value is NULL or NAN, and json_stream_end() tells.
 */
#ifndef EXT_JSON_STREAM_H
#define EXT_JSON_STREAM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define JSON_STREAM_DEPTH 64
#define JSON_STREAM_TEXT ((size_t)64 << 20) /* bytes of one text */

struct json_stream;

enum json_kind {
	JSON_NONE, /* no value is due: the end, or an error */
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_TEXT,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
};

/* ERR_USAGE when it cannot be opened or is a directory. Pipes are fine. */
int json_stream_open(const char *path, struct json_stream **ret, struct err *err);
/* Of a text that lives longer than the stream. */
struct json_stream *json_stream_of(const char *text, size_t n);
void json_stream_close(struct json_stream *js); /* takes NULL */

/* Of the value that is due. */
enum json_kind json_kind(struct json_stream *js);
/* Into the object or array that is due; any other value is passed over, and the loop that follows
 * has no turn. */
void json_enter(struct json_stream *js);
/* To the next value of the innermost container that was entered, leaving alone what was not taken;
 * false at its end, which leaves it. */
bool json_next(struct json_stream *js);
/* The key of the value that is due, until the next call; "" in an array. */
const char *json_key(const struct json_stream *js);
bool json_key_is(const struct json_stream *js, const char *key);

/* Each takes the value that is due, whatever it is. */
double json_take_number(struct json_stream *js); /* NAN unless it is a number */
bool json_take_true(struct json_stream *js);
char *json_take_text(struct json_stream *js, struct arena *arena); /* NULL unless it is a text */
void json_skip(struct json_stream *js);
/* The value as it is written, white space outside texts taken out. */
void json_take_raw(struct json_stream *js, struct str *out);

/* A complaint of the reader itself, at the place that was reached. */
void json_stream_fail(struct json_stream *js, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool json_stream_failed(const struct json_stream *js);
/* Demands that nothing but white space is left. ERR_USAGE: "line:column: what"; a file that cannot
 * be read: ERR_RESOURCES. */
int json_stream_end(struct json_stream *js, struct err *err);

#endif
