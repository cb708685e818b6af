// Errors of writing to a file.
#ifndef PROCSTAR_ERRORS_H
#define PROCSTAR_ERRORS_H

#include <errno.h>
#include <stdbool.h>

// The causes that pass by themselves.
static inline bool error_may_pass(int error) {
  return error == ENOSPC || error == EDQUOT || error == ENOMEM || error == EMFILE || error == ENFILE || error == EAGAIN || error == EINTR;
}

#endif
