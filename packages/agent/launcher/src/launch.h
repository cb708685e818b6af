// The first part of a monitor's life: pipes and fork.
#ifndef PROCSTAR_LAUNCH_H
#define PROCSTAR_LAUNCH_H

#include <sys/types.h>

#include "cgroup.h"
#include "monitor.h"
#include "perf.h"
#include "pump.h"
#include "report.h"

struct launched {
  pid_t pid; // 0: not forked, see `error`
  struct report error;
  uint64_t wall, mono; // ns; just before the fork
  int reports;         // read end
};

// Forks the child, and leaves this process with none of what is the child's: neither descriptors nor the request. `pump` gets a capture for
// each that was asked for (paths are kept by the caller). With cgroups that could not be made, nothing is forked.
struct launched launch(const struct start_request *request, const struct monitor_origin *origin, struct pump *pump, struct cgroups *cgroups,
                       struct perf *perf);

#endif
