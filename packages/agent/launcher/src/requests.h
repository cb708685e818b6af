// The bytes that the agent sent and that are not dealt with yet.
#ifndef PROCSTAR_REQUESTS_H
#define PROCSTAR_REQUESTS_H

#include "frame.h"

struct requests {
  int fd;
  uint8_t *buffer;
  size_t from, to;
  size_t skip; // bytes of a refused frame that are still to come
  bool ended;  // end of file
};

// Room for a frame of the longest kind and what was read together with it.
size_t requests_size(void);

// False when there is no memory.
bool requests_open(struct requests *requests, int fd);

// Reads what is there; to be called when there is something.
void requests_read(struct requests *requests);

// The next frame; its bytes stay where they are until the next call of any of these.
struct frame requests_next(struct requests *requests);

// The next call of requests_next could give something other than FRAME_MORE.
bool requests_pending(const struct requests *requests);

#endif
