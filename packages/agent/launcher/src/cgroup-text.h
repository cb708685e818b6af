// Texts of the kernel's cgroup files. Pure.
#ifndef PROCSTAR_CGROUP_TEXT_H
#define PROCSTAR_CGROUP_TEXT_H

#include "bytes.h"

// A file of one number. False for "max" and whatever else is none, or does not fit.
bool cgroup_number(struct bytes text, uint64_t *out);

// The number in the line `KEY NUMBER`.
bool cgroup_key(struct bytes text, const char *key, uint64_t *out);

// The total of the line `some` of a pressure file: us in which at least one process was held up.
bool cgroup_pressure(struct bytes text, uint64_t *out);

#endif
