/* The table of harness adapters. */
#ifndef HARNESS_HARNESS_H
#define HARNESS_HARNESS_H

#include "core/harness.h"

const struct harness *const *harness_all(size_t *ret_n);
/* ERR_USAGE with a suggestion for an unknown name. */
int harness_find(const char *name, const struct harness **ret, struct err *err);

#endif
