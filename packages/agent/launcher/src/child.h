// The child from fork to exec: what makes it the proc that was asked for.
#ifndef PROCSTAR_CHILD_H
#define PROCSTAR_CHILD_H

#include <sys/types.h>

#include "cgroup.h"
#include "limits.h"
#include "perf.h"
#include "request.h"

enum { SETUP_FAILED_EXIT = 63 };

struct child {
  const struct start_request *request;
  pid_t monitor;
  uint64_t monitor_start; // ticks
  uint64_t wall, mono;    // ns, of the start line
  int reports;            // write end of the pipe to the monitor
  int capture[CAPTURES_MAX]; // write ends, in the order of the capture actions
  int pipe[PIPE_ACTIONS_MAX]; // ends of pipes between procs, in the order of the pipe actions
  int monitors[CAPTURES_MAX + 1]; // descriptors that are the monitor's alone
  size_t monitors_count;
  struct cgroups *cgroups;
  struct perf *perf;
  const char *oom_score;  // what to set oom_score_adj back to, empty to leave it
};

_Noreturn void child_run(struct child *child);

#endif
