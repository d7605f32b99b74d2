/* Which builds are under way, and how long it will take from here. For any thread. */
#ifndef SWEEP_BOARD_H
#define SWEEP_BOARD_H

#include "sweep/forecast.h"

/* Counts are of builds; what was in the cache is built, too. */
struct board_view {
	size_t built, failed, total;
	/* From now until the last build is over, and until all is measured: half of the forecasts
	 * say at most p50, nine of ten p90; the first with as few blocks as there may be, the
	 * second with as many. NAN: not known. */
	struct forecast_range builds_s, all_s;
};

struct board;

/* measured: something follows the builds. The forecaster must live as long. */
struct board *board_new(const struct forecaster *f, bool measured);
void board_free(struct board *board);
/* A worker begins with a build (again and again: only the first time counts), or it is over. */
void board_begin(struct board *board, size_t i);
void board_end(struct board *board, size_t i, const struct build *build);
void board_look(struct board *board, struct board_view *ret);

#endif
