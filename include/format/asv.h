/* What asv's benchmarks measure, by their kind or, where nobody says, by their names. */
#ifndef FORMAT_ASV_H
#define FORMAT_ASV_H

struct asv_metric {
	const char *metric, *unit;
};

/* name: "mod.Class.time_it(1, 'a')"; type ("time", "track", ...) and unit: as in benchmarks.json,
 * or NULL. */
struct asv_metric asv_metric_of(const char *name, const char *type, const char *unit);

#endif
