#include "base/index.h"

#include "base/mem.h"

#define SLOTS_FIRST 64

void
index_done(struct index *index)
{
	free(index->slots);
	*index = (struct index){0};
}

/* FNV-1a, 32 bits. */
uint32_t
index_hash(uint32_t before, const char *text)
{
	uint32_t h = before ? before : 0x811c9dc5;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x01000193;
	return (h ^ 0xff) * 0x01000193; /* "a", "bc" is not "ab", "c" */
}

uint32_t
index_hash_number(uint32_t before, uint64_t number)
{
	uint32_t h = before ? before : 0x811c9dc5;

	for (; number; number >>= 8)
		h = (h ^ (number & 0xff)) * 0x01000193;
	return (h ^ 0xff) * 0x01000193;
}

size_t
index_find(const struct index *index, uint32_t hash, bool (*same)(size_t place, const void *arg),
	const void *arg)
{
	for (size_t at = hash; index->n_slots; at++) {
		const struct index_slot *slot = &index->slots[at & (index->n_slots - 1)];

		if (!slot->place)
			break;
		if (slot->hash == hash && same(slot->place - 1, arg))
			return slot->place - 1;
	}
	return SIZE_MAX;
}

static void
put(struct index *index, struct index_slot slot)
{
	size_t at = slot.hash & (index->n_slots - 1);

	while (index->slots[at].place)
		at = (at + 1) & (index->n_slots - 1);
	index->slots[at] = slot;
}

static void
grow(struct index *index)
{
	struct index old = *index;

	index->n_slots = old.n_slots ? old.n_slots * 2 : SLOTS_FIRST;
	index->slots = xcalloc(index->n_slots, sizeof(*index->slots));
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slots[i].place)
			put(index, old.slots[i]);
	free(old.slots);
}

void
index_add(struct index *index, uint32_t hash, size_t place)
{
	if (index->n * 2 >= index->n_slots)
		grow(index);
	put(index, (struct index_slot){(uint32_t)place + 1, hash});
	index->n++;
}
