// What a process has to be before it can be a spawner.
#ifndef PROCSTAR_PREPARE_H
#define PROCSTAR_PREPARE_H

#include <stddef.h>
#include <stdint.h>

#include "descriptors.h"

struct prepared {
  int requests, replies;        // the agent's pipes, out of the way of what procs inherit
  uint8_t inherited[OWN_FIRST]; // numbers above 2 that were open at the start
  size_t inherited_count;
  char oom_score[16]; // what procs are to have, empty when nothing was changed
};

// Takes over the agent's pipes from 0 and 1, gives every own descriptor its number, blocks all signals (so that none of them ends the spawner, and
// none is lost to a monitor between fork and its first wait), leaves the terminal's session. NULL, or what failed, with errno.
const char *prepare(struct prepared *prepared, const char *lock_file, int stdin_fd, int stdout_fd);

#endif
