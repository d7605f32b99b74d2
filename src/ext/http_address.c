/* Which addresses are downloaded from. */
#include "ext/http.h"

#include "base/mem.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <string.h>

int
http_check_url(const char *url, bool allow_http, struct err *err)
{
	const char *authority = strstr(url, "://");
	bool plain = str_starts(url, "http://");

	if (plain && !allow_http)
		return err_set(err, ERR_SOURCE,
			"http is not secure: write https, or allow it with --allow-http or "
			"'source: {allow_http: true}'");
	if (!plain && !str_starts(url, "https://"))
		return err_set(err, ERR_SOURCE,
			"only https is downloaded from (a file is written as archive:PATH)");
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == '\x7f' || strchr("\"<>\\^`{|}", *p))
			return err_set(err, ERR_SOURCE,
				"an address cannot hold '%c' (write it as %%%02X)", *p,
				(unsigned)(unsigned char)*p);
	authority += strlen("://");
	size_t n = strcspn(authority, "/?#");
	if (memchr(authority, '@', n))
		return err_set(err, ERR_SOURCE,
			"a user name or password in the address would end up in reports: remove "
			"it");
	if (n == 0)
		return err_set(err, ERR_SOURCE, "the address has no host");
	return 0;
}

static bool
in_net(const unsigned char *ip, const unsigned char *net, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(ip, net, whole) == 0 &&
	       (rest == 0 || ((ip[whole] ^ net[whole]) >> (8 - rest)) == 0);
}

static bool
is_private_4(const unsigned char *ip)
{
	static const struct {
		unsigned char net[4];
		unsigned bits;
	} nets[] = {{{0}, 8}, {{10}, 8}, {{127}, 8}, {{169, 254}, 16}, {{172, 16}, 12},
		{{192, 168}, 16}, {{100, 64}, 10}};

	for (size_t i = 0; i < ARRAY_LEN(nets); i++)
		if (in_net(ip, nets[i].net, nets[i].bits))
			return true;
	return false;
}

bool
http_is_private(const char *text)
{
	static const unsigned char mapped[16] = {[10] = 0xff, [11] = 0xff}, none[16] = {0},
				   unique[16] = {0xfc}, link[16] = {0xfe, 0x80};
	unsigned char ip[16];

	if (inet_pton(AF_INET, text, ip) == 1)
		return is_private_4(ip);
	if (inet_pton(AF_INET6, text, ip) != 1)
		return false;
	if (in_net(ip, mapped, 96))
		return is_private_4(ip + 12);
	/* ::/127 is nothing and the loopback. */
	return in_net(ip, none, 127) || in_net(ip, unique, 7) || in_net(ip, link, 10);
}
