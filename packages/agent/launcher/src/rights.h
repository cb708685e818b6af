// Files that a proc's user named are opened with that user's rights.
#ifndef PROCSTAR_RIGHTS_H
#define PROCSTAR_RIGHTS_H

#include <sys/types.h>

#include "setup-request.h"

// Takes note of whom the proc is to run as, beyond the life of the request.
void rights_keep(const struct setup *setup);

// As open(2), but with that user's rights, if there is one: what the user may not open is not opened, and what is made is the user's.
int rights_open(const char *path, int flags, mode_t mode);

#endif
