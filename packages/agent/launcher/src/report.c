#include "report.h"

const char *stage_name(enum stage stage) {
  switch (stage) {
    case STAGE_FORK:
      return "fork";
    case STAGE_START:
      return "start";
    case STAGE_RESTRICT:
      return "restrict";
    case STAGE_CWD:
      return "cwd";
    case STAGE_FD:
      return "fd";
    case STAGE_SESSION:
      return "session";
    case STAGE_EXEC:
      return "exec";
    case STAGE_OUTPUT:
      return "output";
  }
  return "unknown";
}
