// Pipes between procs: the ends that the spawner keeps until a start names them.
#ifndef PROCSTAR_PIPES_H
#define PROCSTAR_PIPES_H

#include "limits.h"
#include "request.h"

struct kept_pipe {
  uint32_t id;
  int end[2]; // read, write; -1 once a proc has it. Not both are -1
};

struct pipe_table {
  struct kept_pipe places[PIPES_MAX];
  size_t count;
};

// Makes the pipes that this start is the first to name. 0, or errno, and then nothing was made: EBUSY when another start has taken an end, EMFILE
// when there are too many, or the errno of pipe(2).
int pipes_make(struct pipe_table *table, const struct start_request *request);

// Takes back what pipes_make made: `before` is the count before it.
void pipes_unmake(struct pipe_table *table, size_t before);

// In the new monitor: puts the end that each pipe action names, in their order, at FD_PIPES and on.
void pipes_place(const struct pipe_table *table, const struct start_request *request);

// In the spawner: gives up the ends that a monitor has now.
void pipes_given(struct pipe_table *table, const struct start_request *request);

// Gives up what is kept of the pipe. 0, or ENOENT when nothing is.
int pipes_drop(struct pipe_table *table, uint32_t id);

#endif
