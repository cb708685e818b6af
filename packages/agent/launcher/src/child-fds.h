#ifndef PROCSTAR_CHILD_FDS_H
#define PROCSTAR_CHILD_FDS_H

#include "child.h"

// Moves the child's own descriptors (those of `child`) off every number that an action names, to be done before the actions. 0 or errno.
int child_fds_make_way(struct child *child);

// Carries out the actions, reporting each that fails. Returns how many failed.
int child_fds_apply(struct child *child);

#endif
