// How much a pipe holds.
#ifndef PROCSTAR_PIPE_SIZE_H
#define PROCSTAR_PIPE_SIZE_H

enum { PIPE_SMALL = 64 * 1024 }; // the size that a pipe has at first

// Makes the pipe as large as the kernel lets this user have it.
void pipe_grow(int pipe);

#endif
