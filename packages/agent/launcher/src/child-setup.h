// The steps of a child's set-up that change what it may do. Each reports what fails, and returns how many things failed.
#ifndef PROCSTAR_CHILD_SETUP_H
#define PROCSTAR_CHILD_SETUP_H

#include "child.h"

// Raises limits as far as is asked, which needs the privileges that credentials take away. None is lowered yet: the child itself still opens files.
int child_limits_raise(const struct child *child);

// Sets every limit to what was asked. Nothing but exec is to come after it.
int child_limits_set(const struct child *child);

int child_nice(const struct child *child);

// Supplementary groups, group, user. After a failure nothing that depends on the user's rights is to be tried.
int child_credentials(const struct child *child);

// Ignores what is to be ignored. What is to be blocked is so only from exec on.
int child_signals(const struct child *child);

#endif
