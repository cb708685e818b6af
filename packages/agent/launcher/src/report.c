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
    case STAGE_LIMITS:
      return "limits";
    case STAGE_NICE:
      return "nice";
    case STAGE_CREDENTIALS:
      return "credentials";
    case STAGE_SIGNALS:
      return "signals";
    case STAGE_CGROUP:
      return "cgroup";
  }
  return "unknown";
}
