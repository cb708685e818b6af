// From what a start asks of captures to a pump.
#ifndef PROCSTAR_CAPTURES_H
#define PROCSTAR_CAPTURES_H

#include "pump.h"
#include "report.h"
#include "request.h"

// Paths are copied to where they stay. Files that the user named are made here, and truncated.
void captures_make(struct pump *pump, const struct start_request *request);

// Adds what went wrong with the output, for the end line.
void captures_report(const struct pump *pump, void (*add)(struct report error));

#endif
