// The kernel's performance counters of a proc and all that descends from it, from its exec on.
#ifndef PROCSTAR_PERF_H
#define PROCSTAR_PERF_H

#include <stdbool.h>

#include "json.h"

enum { PERF_EVENTS = 7 };

struct perf {
  bool open;
  int fd[PERF_EVENTS]; // -1: the kernel does not let us
  bool user[PERF_EVENTS]; // counts in user mode only
};

// Before the fork: the child inherits counters that its exec starts. What cannot be had is left out.
void perf_open(struct perf *perf);

// In the child, and after the last reading.
void perf_close(struct perf *perf);

// The member `perf` of the end line, after a comma; nothing where none was asked for.
void perf_record(struct json *out, const struct perf *perf);

#endif
