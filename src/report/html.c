/* The report as one page that needs no network: the application of src/web/ with its style, the
 * document of report_view() packed, and tables for browsers without JavaScript. Nothing but that
 * very script is ever run (its digest stands in the page's policy), whatever names hold. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/jsonw.h"
#include "ext/digest.h"
#include "ext/gzip.h"

#include <stdio.h>

extern const unsigned char web_app_js[], web_app_css[];
extern const size_t web_app_js_size, web_app_css_size;

#define VIEW_BYTES_MAX ((size_t)1 << 30)

/* The SHA-256 in base 64, as a policy names a script. */
static void
put_digest(struct str *out, const void *data, size_t n)
{
	char hex[DIGEST_HEX];
	unsigned char bytes[(DIGEST_HEX - 1) / 2];

	digest_of(data, n, hex);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		unsigned byte = 0;

		sscanf(hex + 2 * i, "%2x", &byte);
		bytes[i] = (unsigned char)byte;
	}
	escape_base64(out, bytes, sizeof(bytes));
}

static void
put_head(const struct report *report, struct str *out)
{
	str_add(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "img-src data: blob:; style-src 'unsafe-inline'; script-src 'sha256-");
	put_digest(out, web_app_js, web_app_js_size);
	str_add(out, "'; base-uri 'none'; form-action 'none'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta name=\"generator\" content=\"revsweep " REVSWEEP_VERSION "\">\n"
		     "<title>");
	escape_html(out, report->command);
	if (report->project) {
		str_addc(out, ' ');
		escape_html(out, report->project);
	}
	if (report->sweep) {
		str_add(out, " #");
		escape_html(out, report->sweep);
	}
	str_add(out, " - revsweep</title>\n<style>\n");
	str_addn(out, (const char *)web_app_css, web_app_css_size);
	str_add(out, "</style>\n</head>\n");
}

static void
put_data(const struct report *report, struct str *out)
{
	scoped(str) packed = STR_INIT;
	scoped(str) json = STR_INIT;
	struct jsonw w = {.out = &json};

	str_init(&json, VIEW_BYTES_MAX);
	str_init(&packed, VIEW_BYTES_MAX);
	report_view(report, &w);
	gzip_add(&packed, json.p, json.n);
	str_add(out, "<script id=\"data\" type=\"text/plain\">");
	escape_base64(out, packed.p, packed.n);
	str_add(out, "</script>\n");
}

void
html_write(const struct report *report, const struct report_style *style, struct str *out)
{
	(void)style;
	put_head(report, out);
	str_add(out, "<body>\n<div id=\"app\">\n");
	html_tables(report, out);
	str_add(out, "</div>\n");
	put_data(report, out);
	str_add(out, "<script>");
	str_addn(out, (const char *)web_app_js, web_app_js_size);
	str_add(out, "</script>\n</body>\n</html>\n");
}
