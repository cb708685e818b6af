// The numbers of the launcher's own descriptors, and closing many at once.
#ifndef PROCSTAR_DESCRIPTORS_H
#define PROCSTAR_DESCRIPTORS_H

#include "limits.h"

// All are close-on-exec. Below OWN_FIRST is what the spawner was started with, for procs to inherit.
enum {
  OWN_FIRST = 64,
  FD_LOCK = OWN_FIRST,
  FD_JOURNAL,  // the journal file opened last
  FD_NULL,     // /dev/null
  FD_SIGNALS,  // signalfd; works for whoever reads it, so monitors use the one they inherit
  FD_PIPES,    // from here on, in a new monitor: the ends of pipes that its proc is to have
  SPAWNER_FIRST = FD_PIPES + PIPE_ACTIONS_MAX, // from here on, the spawner's alone: a monitor closes it all
};

void close_between(int first, int last);
void mark_cloexec_between(int first, int last);

// Moves `fd` to exactly the number `to`, close-on-exec. Returns `to`, or -1 with errno; passes a negative `fd` on.
int move_fd(int fd, int to);

// Moves `fd` to a free number of the spawner's own, close-on-exec. Returns it, or -1 with errno; passes a negative `fd` on.
int spawner_fd(int fd);

#endif
