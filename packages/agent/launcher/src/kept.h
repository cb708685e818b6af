// Texts that a monitor keeps to its end: they lie one after another, for they are short and the room for the longest is large.
#ifndef PROCSTAR_KEPT_H
#define PROCSTAR_KEPT_H

#include "bytes.h"

enum { CGROUP_NAME_MAX = 80 }; // bytes of a cgroup's own name, with the slash before it and the NUL

// Room for so many bytes.
char *kept_take(size_t len);

// A copy, ended with NUL.
const char *kept_text(struct bytes text);

#endif
