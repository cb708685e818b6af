// What the child says to its monitor through a pipe, before it becomes the proc. Each report is one atomic write.
#ifndef PROCSTAR_REPORT_H
#define PROCSTAR_REPORT_H

#include <stdint.h>

enum stage { STAGE_FORK, STAGE_START, STAGE_RESTRICT, STAGE_CWD, STAGE_FD, STAGE_SESSION, STAGE_EXEC, STAGE_OUTPUT };

// As PROTOCOL.md names it.
const char *stage_name(enum stage stage);

enum report_kind { REPORT_STARTED, REPORT_ERROR };

struct report {
  uint8_t kind;
  uint8_t stage; // of an error
  int32_t fd;    // -1 where the stage has none
  int32_t error; // errno
};

#endif
