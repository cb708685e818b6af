#ifndef PROCSTAR_CHILD_REPORT_H
#define PROCSTAR_CHILD_REPORT_H

#include "child.h"
#include "report.h"

void child_report(const struct child *child, struct report report);

// Reports an error that no descriptor has to do with. Returns 1, to be counted.
int child_failed(const struct child *child, enum stage stage, int error);

#endif
