/* One vocabulary of timer and calibration settings, translated for every harness and the same for
 * every revision. Unset numbers are negative, unset texts NULL: the harness's own default holds. */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

struct settings {
	const char *timer; /* wall, cpu, perf_counter, process_time, thread_time, monotonic */
	double min_time_s; /* shortest round */
	double max_time_s; /* measured time a bench and launch */
	int min_rounds;
	int calibration_precision; /* a round is at least this many ticks of the timer long */
	int warmup;                /* 0 off, 1 on */
	int warmup_iterations;
	int disable_gc; /* 0, 1 */
};

#define SETTINGS_INIT                                                                              \
	{                                                                                          \
		NULL, -1, -1, -1, -1, -1, -1, -1                                                   \
	}

#endif
