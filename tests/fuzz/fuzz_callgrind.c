/* Any text as what callgrind or nm printed: the first byte chooses the reader. */
#include "sweep/why.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct why_side side = {0}, other = {0};
	struct arena arena = ARENA_INIT;
	struct why_list list;

	if (n == 0)
		return 0;
	char *text = xstrndup((const char *)data + 1, n - 1);
	if (data[0] == 'n')
		why_read_nm(text, "file", &side);
	else
		why_read_callgrind(text, &side);
	why_differences(&side, &other, &arena, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!list.v[i].name || list.v[i].before < 0 || list.v[i].after != WHY_ABSENT)
			abort();
	if (side.total < 0 || side.interpreted > side.total)
		abort();
	why_side_done(&side);
	arena_done(&arena);
	free(text);
	return 0;
}
