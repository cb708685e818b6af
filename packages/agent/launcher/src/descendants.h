#ifndef PROCSTAR_DESCENDANTS_H
#define PROCSTAR_DESCENDANTS_H

#include <stdbool.h>
#include <sys/types.h>

struct descendant {
  pid_t pid, parent;
};

enum { DESCENDANTS_MAX = 16384 };

// Calls `visit` for each descendant of this process, parents before children, at most DESCENDANTS_MAX. `at_once`: as each is found, so that
// what comes and goes fast is caught; otherwise when all have been found, so that none is missed since the visit of its parent ended that.
void descendants_each(void (*visit)(struct descendant found, void *context), void *context, bool at_once);

#endif
