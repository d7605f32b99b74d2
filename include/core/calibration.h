/* What an A/A measurement says about a machine and a suite: one build measured against itself. */
#ifndef CORE_CALIBRATION_H
#define CORE_CALIBRATION_H

#include "core/gate.h"
#include "core/results.h"
#include "sys/host.h"

#include <stdbool.h>
#include <stddef.h>

/* One bench under one gate. */
struct calibration_line {
	size_t bench; /* index into results */
	const struct gate *gate;
	double value;        /* median over launches of what the gate looks at */
	double noise;        /* robust relative spread of a pair; NAN when unknown */
	double layout_noise; /* between builds, part of noise (core/report.h); NAN when unknown */
	double detectable;   /* smallest change that `blocks` blocks are likely to show; NAN */
	double blocks;  /* expected blocks to "within the gate" when nothing changed; INFINITY */
	bool reachable; /* within the blocks there are */
	bool differs;   /* the two halves were proven different although they are the same */
};

struct calibration {
	const char *project, *sweep, *date; /* or NULL */
	const struct results *results;
	const struct calibration_line *lines; /* noisiest first */
	size_t n;
	const char *order; /* as in struct report */
	unsigned rebuilds; /* as there */
	double alpha, beta;
	size_t family;
	double block_s;     /* what a block takes */
	double blocks_most; /* that blocks_max and budget leave room for */
	const struct host *host;
	const char *const *settings; /* sentences, NULL-terminated */
};

#endif
