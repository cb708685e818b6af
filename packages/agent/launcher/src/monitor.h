#ifndef PROCSTAR_MONITOR_H
#define PROCSTAR_MONITOR_H

#include <stdint.h>
#include <sys/types.h>

#include "request.h"

// Who a monitor is, and what it needs of the spawner that it was forked from.
struct monitor_origin {
  pid_t pid;      // its own
  uint64_t start; // ticks since boot
  void *input; // the memory that the request is in: given back once the proc has been forked
  size_t input_size;
  const uint8_t *inherited; // numbers of the descriptors for procs to inherit, above 2
  size_t inherited_count;
  const char *oom_score; // see struct child
};

// Runs the proc to its end, and exits.
_Noreturn void monitor_run(const struct start_request *request, const struct monitor_origin *origin);

#endif
