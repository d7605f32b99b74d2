#include "ext/digest.h"

#include "base/mem.h"

#include <errno.h>
#include <sha256.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct digest {
	SHA2_CTX ctx;
};

struct digest *
digest_new(void)
{
	struct digest *d = xmalloc(sizeof(*d));

	SHA256Init(&d->ctx);
	return d;
}

void
digest_add(struct digest *d, const void *data, size_t n)
{
	SHA256Update(&d->ctx, data, n);
}

void
digest_add_text(struct digest *d, const char *text)
{
	if (text)
		digest_add(d, text, strlen(text) + 1);
	else
		digest_add(d, "\xff", 1);
}

void
digest_finish(struct digest *d, char hex[DIGEST_HEX])
{
	uint8_t raw[SHA256_DIGEST_LENGTH];

	SHA256Final(raw, &d->ctx);
	for (size_t i = 0; i < sizeof(raw); i++)
		snprintf(hex + 2 * i, 3, "%02x", raw[i]);
	free(d);
}

void
digest_of(const void *data, size_t n, char hex[DIGEST_HEX])
{
	struct digest *d = digest_new();

	digest_add(d, data, n);
	digest_finish(d, hex);
}

int
digest_of_fd(int fd, char hex[DIGEST_HEX])
{
	struct digest *d = digest_new();
	char buf[1 << 16];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, buf, sizeof(buf), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		digest_add(d, buf, (size_t)n);
		at += n;
	}
	int saved = errno;
	digest_finish(d, hex);
	errno = saved;
	return n < 0 ? -1 : 0;
}
