// All that descends from this process, as a subreaper sees it.
#ifndef PROCSTAR_TREE_H
#define PROCSTAR_TREE_H

#include <stdint.h>

struct tree_pass {
  uint32_t found;     // processes, whatever became of them
  uint32_t dying;     // of them, those that cannot do anything any more
  uint32_t alive;     // of them, those that were not dying when they were looked at
  uint32_t signalled; // of those alive, those that got the signal
  uint32_t refused;   // of those alive, those that this user may not signal
};

// Sends `signum` to every descendant that is not dying already (0: to none, only counts); SIGCONT after it where PROTOCOL.md says so. Each is
// held by a pidfd and checked to be a descendant before it is signalled, so a recycled pid is never hit. A process that forks meanwhile can
// have children that were not seen: for SIGKILL, repeat until there is nothing.
struct tree_pass tree_signal(int signum);

#endif
