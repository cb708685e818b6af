// What the child says to its monitor through a pipe, before it becomes the proc. Each report is one atomic write.
#ifndef PROCSTAR_REPORT_H
#define PROCSTAR_REPORT_H

#include <stdint.h>

enum stage { STAGE_FORK, STAGE_START, STAGE_RESTRICT, STAGE_CWD, STAGE_FD, STAGE_SESSION, STAGE_EXEC, STAGE_OUTPUT,
             STAGE_LIMITS, STAGE_NICE, STAGE_CREDENTIALS, STAGE_SIGNALS, STAGE_CGROUP };

// As PROTOCOL.md names it.
const char *stage_name(enum stage stage);

// REPORT_NO_CGROUP: it could not enter the cgroups, and goes on without them.
enum report_kind { REPORT_STARTED, REPORT_ERROR, REPORT_NO_CGROUP };

struct report {
  uint8_t kind;
  uint8_t stage; // of an error
  int32_t fd;    // -1 where the stage has none; of the stage limits, the number of the resource
  int32_t error; // errno
};

#endif
