/* Foreign text made safe to show. Names, paths, logs and library messages come from other people's
 * repositories: no byte of theirs reaches a terminal unescaped. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/str.h"

#include <stddef.h>

/* Adds text for a terminal or a log: control characters (C0, DEL, C1), bidirectional controls and
 * bytes that are not UTF-8 become \xNN or \u{NNNN}. A newline is a control character too. */
void escape_terminal(struct str *out, const char *text, size_t n);
void escape_text(struct str *out, const char *text); /* the same for a whole text */
/* Adds text as a quoted JSON string; bytes that are not UTF-8 become U+FFFD, and what would be
 * hazardous on a terminal becomes \uNNNN. */
void escape_json(struct str *out, const char *text);
/* The same in ASCII alone, as Python's json module has it: surrogate pairs beyond the BMP. */
void escape_json_ascii(struct str *out, const char *text);
/* Adds one CSV field (RFC 4180). A text that a spreadsheet would run (=, +, -, @, their wide forms,
 * TAB, CR or LF first) gets a leading apostrophe, and so does one that has apostrophes before that:
 * taking one off what begins so brings every text back. */
void escape_csv(struct str *out, const char *text);
/* Adds text for XML 1.0, in content or between quotes: markup, line ends and what would be
 * hazardous on a terminal become references; characters that XML cannot hold and bytes that are not
 * UTF-8 become U+FFFD. */
void escape_xml(struct str *out, const char *text);
/* Adds text for a GitHub markdown table cell: pipes, markup and newlines neutralised. */
void escape_markdown(struct str *out, const char *text);
/* Adds text for HTML, as an element's content or between quotes in an attribute; what a terminal
 * would not be shown is not shown to a browser either (it reads \xNN). */
void escape_html(struct str *out, const char *text);
/* Adds bytes in base 64 (RFC 4648, with padding). */
void escape_base64(struct str *out, const void *data, size_t n);

/* Adds lines for people of which none is a command to a runner of GitHub Actions that reads along:
 * those begin with "::", or have "##[" anywhere. */
void escape_commands(struct str *out, const char *text);

/* Length in bytes of the UTF-8 character at p (n bytes left), 0 when it is malformed; its code
 * point through ret. Overlong forms, surrogates and values past U+10FFFF are malformed. */
size_t utf8_decode(const char *p, size_t n, unsigned *ret);
/* Columns that UTF-8 text takes on a terminal. */
int text_width(const char *text);

#endif
