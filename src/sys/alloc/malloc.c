/* malloc and its family, counted. Sixteen bytes go before each block, which hold the size that was
 * asked for: malloc_usable_size() tells another one, which depends on what else lies on the heap,
 * and would have to be asked on every free. */
#include "counts.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAG 0xa110c700u /* the lowest byte: the block begins so many bytes (2^n) before */
#define PLAIN_SHIFT 4
#define TAG_PLAIN (TAG | PLAIN_SHIFT)
#define TAG_EARLY (TAG | 0xffu) /* of the room below: never given back */
#define EARLY_ROOM ((size_t)64 << 10)
#define LARGEST ((size_t)PTRDIFF_MAX / 2)

#define likely(x) __builtin_expect(!!(x), 1)

struct header {
	size_t size;
	uint32_t epoch;
	/* Where libc keeps the upper half of a block's size: what was not allocated here, in libc
	 * itself perhaps, has no tag. */
	uint32_t tag;
};

static struct {
	void *(*malloc)(size_t);
	void (*free)(void *);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*memalign)(size_t, size_t);
	size_t (*malloc_usable_size)(void *);
} real;

static char early_room[EARLY_ROOM] __attribute__((aligned(16)));
static size_t early_used;

static struct header *
header_of(void *p)
{
	return (struct header *)p - 1;
}

static char *
block_of(void *p, const struct header *h)
{
	return (char *)p - ((size_t)1 << (h->tag & 0xff));
}

static inline void *
hand_out(char *p, size_t n, uint32_t tag)
{
	*header_of(p) = (struct header){.size = n, .epoch = counts_epoch, .tag = tag};
	counts_add(1, n, (int64_t)n);
	return p;
}

/* ---- the others' malloc */

typedef void (*function)(void);

static function
find(const char *name)
{
	function p = __extension__(function) dlsym(RTLD_NEXT, name);

	if (!p) {
		static const char text[] = "revsweep-alloc.so: there is no malloc to count\n";

		(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
		abort();
	}
	return p;
}

/* False while it is under way: dlsym() may want memory, too. */
static bool
resolve(void)
{
	static bool under_way;

	if (real.malloc)
		return true;
	if (under_way)
		return false;
	under_way = true;
	real.malloc_usable_size = (size_t(*)(void *))find("malloc_usable_size");
	real.memalign = (void *(*)(size_t, size_t))find("memalign");
	real.realloc = (void *(*)(void *, size_t))find("realloc");
	real.calloc = (void *(*)(size_t, size_t))find("calloc");
	real.free = (void (*)(void *))find("free");
	real.malloc = (void *(*)(size_t))find("malloc");
	return true;
}

static void *
early(size_t align, size_t n)
{
	size_t at = (early_used + sizeof(struct header) + align - 1) / align * align;

	if (n > EARLY_ROOM || at + n > EARLY_ROOM) {
		errno = ENOMEM;
		return NULL;
	}
	early_used = at + (n + 15) / 16 * 16;
	return hand_out(early_room + at, n, TAG_EARLY);
}

/* ---- the family */

static bool
too_large(size_t n)
{
	if (likely(n <= LARGEST))
		return false;
	errno = ENOMEM;
	return true;
}

static void *
counted_malloc(size_t n)
{
	if (!likely(real.malloc) && !resolve())
		return early(16, n);
	if (too_large(n))
		return NULL;
	char *p = real.malloc(n + sizeof(struct header));
	return p ? hand_out(p + sizeof(struct header), n, TAG_PLAIN) : NULL;
}

static void *
counted_memalign(size_t align, size_t n)
{
	unsigned shift = PLAIN_SHIFT;

	if (align <= (size_t)1 << PLAIN_SHIFT)
		return counted_malloc(n);
	if (too_large(align) || too_large(n))
		return NULL;
	while ((size_t)1 << shift < align)
		shift++;
	size_t room = (size_t)1 << shift;
	if (!resolve())
		return early(room, n);
	char *p = real.memalign(room, n + room);
	return p ? hand_out(p + room, n, TAG | shift) : NULL;
}

static void
free_odd(void *p, struct header *h)
{
	if ((h->tag & ~0xffu) != TAG) {
		if (resolve())
			real.free(p);
		return;
	}
	if (h->epoch == counts_epoch)
		counts_free(h->size);
	if (h->tag == TAG_EARLY)
		return;
	char *block = block_of(p, h);
	h->tag = 0;
	real.free(block);
}

static void
counted_free(void *p)
{
	struct header *h = header_of(p);

	if (!p)
		return;
	if (!likely(h->tag == TAG_PLAIN)) {
		free_odd(p, h);
		return;
	}
	if (likely(h->epoch == counts_epoch))
		counts_free(h->size);
	h->tag = 0;
	real.free(h);
}

/* A block that did not come from our malloc stays where it is known. */
static void *
realloc_odd(void *p, struct header *h, size_t n)
{
	if ((h->tag & ~0xffu) != TAG)
		return resolve() ? real.realloc(p, n) : NULL;
	void *q = counted_malloc(n);
	if (!q)
		return NULL;
	memcpy(q, p, h->size < n ? h->size : n);
	counted_free(p);
	return q;
}

static void *
counted_realloc(void *p, size_t n)
{
	struct header *h = header_of(p);

	if (!p)
		return counted_malloc(n);
	if (n == 0) {
		counted_free(p);
		return NULL;
	}
	if (too_large(n))
		return NULL;
	if (h->tag != TAG_PLAIN)
		return realloc_odd(p, h, n);
	size_t held = h->epoch == counts_epoch ? h->size : 0;
	h = real.realloc(h, n + sizeof(*h));
	if (!h)
		return NULL;
	*h = (struct header){.size = n, .epoch = counts_epoch, .tag = TAG_PLAIN};
	counts_add(1, n, (int64_t)n - (int64_t)held);
	return h + 1;
}

static void *
counted_calloc(size_t k, size_t each)
{
	size_t n;

	if (__builtin_mul_overflow(k, each, &n) || n > LARGEST) {
		errno = ENOMEM;
		return NULL;
	}
	if (!likely(real.malloc) && !resolve())
		return early(16, n); /* never used before: zero */
	char *p = real.calloc(1, n + sizeof(struct header));
	return p ? hand_out(p + sizeof(struct header), n, TAG_PLAIN) : NULL;
}

EXPORTED void *
malloc(size_t n)
{
	return counted_malloc(n);
}

EXPORTED void
free(void *p)
{
	counted_free(p);
}

EXPORTED void *
calloc(size_t k, size_t each)
{
	return counted_calloc(k, each);
}

EXPORTED void *
realloc(void *p, size_t n)
{
	return counted_realloc(p, n);
}

EXPORTED void *
reallocarray(void *p, size_t k, size_t each)
{
	size_t n;

	if (__builtin_mul_overflow(k, each, &n)) {
		errno = ENOMEM;
		return NULL;
	}
	return counted_realloc(p, n);
}

EXPORTED void *
memalign(size_t align, size_t n)
{
	return counted_memalign(align, n);
}

EXPORTED void *
aligned_alloc(size_t align, size_t n)
{
	return counted_memalign(align, n);
}

EXPORTED int
posix_memalign(void **ret, size_t align, size_t n)
{
	int saved = errno;

	if (align % sizeof(void *) || align == 0 || (align & (align - 1)))
		return EINVAL;
	void *p = counted_memalign(align, n);
	errno = saved;
	if (!p)
		return ENOMEM;
	*ret = p;
	return 0;
}

EXPORTED void *
valloc(size_t n)
{
	return counted_memalign((size_t)sysconf(_SC_PAGESIZE), n);
}

EXPORTED void *
pvalloc(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return too_large(n) ? NULL : counted_memalign(page, (n + page - 1) / page * page);
}

EXPORTED size_t
malloc_usable_size(void *p)
{
	if (!p || !resolve())
		return 0;
	const struct header *h = header_of(p);
	if ((h->tag & ~0xffu) != TAG)
		return real.malloc_usable_size(p);
	if (h->tag == TAG_EARLY)
		return h->size;
	char *block = block_of(p, h);
	return real.malloc_usable_size(block) - (size_t)((char *)p - block);
}

/* C23; libc may have them, and they would not know our blocks. */
EXPORTED void free_sized(void *p, size_t n);
EXPORTED void free_aligned_sized(void *p, size_t align, size_t n);

void
free_sized(void *p, size_t n)
{
	(void)n;
	counted_free(p);
}

void
free_aligned_sized(void *p, size_t align, size_t n)
{
	(void)align;
	(void)n;
	counted_free(p);
}

bool
malloc_is_ours(void)
{
	void *(*others_malloc)(size_t) =
		__extension__(void *(*)(size_t)) dlsym(RTLD_DEFAULT, "malloc");
	void (*others_free)(void *) = __extension__(void (*)(void *)) dlsym(RTLD_DEFAULT, "free");
	struct alloc_file before = *counts;

	if (!others_malloc || !others_free)
		return true;
	void *p = others_malloc(1);
	bool ours = p && header_of(p)->tag == TAG_PLAIN;
	others_free(p);
	*counts = before;
	return ours;
}
