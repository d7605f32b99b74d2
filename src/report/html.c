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

/* Nothing but the script that follows may run, whatever is in the page. */
static void
put_policy(struct str *out)
{
	str_add(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "img-src data: blob:; style-src 'unsafe-inline'; script-src 'sha256-");
	put_digest(out, web_app_js, web_app_js_size);
	str_add(out, "'; base-uri 'none'; form-action 'none'\">\n");
}

static void
put_style(const char *style, struct str *out)
{
	if (style) {
		str_addf(out,
			"<link rel=\"icon\" href=\"data:,\">\n"
			"<link rel=\"stylesheet\" href=\"%s\">\n",
			style);
		return;
	}
	str_add(out, "<style>\n");
	str_addn(out, (const char *)web_app_css, web_app_css_size);
	str_add(out, "</style>\n");
}

/* style: the address of the style; NULL: the page is one file, and says itself what may run. */
static void
put_head(const struct report *report, const char *style, struct str *out)
{
	str_add(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	if (!style)
		put_policy(out);
	str_add(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
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
	str_add(out, " - revsweep</title>\n");
	put_style(style, out);
	str_add(out, "</head>\n");
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

static void
put_body(const struct report *report, struct str *out)
{
	str_add(out, "<body>\n<div id=\"app\">\n");
	html_tables(report, out);
	str_add(out, "</div>\n");
	put_data(report, out);
}

void
html_write(const struct report *report, const struct report_style *style, struct str *out)
{
	(void)style;
	put_head(report, NULL, out);
	put_body(report, out);
	str_add(out, "<script>");
	str_addn(out, (const char *)web_app_js, web_app_js_size);
	str_add(out, "</script>\n</body>\n</html>\n");
}

void
report_page(const struct report *report, const char *script, const char *style, struct str *out)
{
	put_head(report, style, out);
	put_body(report, out);
	str_addf(out, "<script src=\"%s\"></script>\n</body>\n</html>\n", script);
}

const void *
report_page_script(size_t *ret_n)
{
	*ret_n = web_app_js_size;
	return web_app_js;
}

const void *
report_page_style(size_t *ret_n)
{
	*ret_n = web_app_css_size;
	return web_app_css;
}
