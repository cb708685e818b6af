#ifndef PROCSTAR_CHILD_REPORT_H
#define PROCSTAR_CHILD_REPORT_H

#include "child.h"
#include "report.h"

void child_report(const struct child *child, struct report report);

#endif
