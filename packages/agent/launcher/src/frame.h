#ifndef PROCSTAR_FRAME_H
#define PROCSTAR_FRAME_H

#include "bytes.h"

enum { FRAME_HEADER = 8, FRAME_VERSION = 1 };

enum op {
  OP_START = 1,
  OP_COMMAND = 2,
  OP_WATCH = 3,
  OP_UNPIPE = 4,
  OP_READY = 16,
  OP_BUSY = 17,
  OP_LAUNCHED = 18,
  OP_FAILED = 19,
  OP_DONE = 20,
  OP_GONE = 21,
};

enum frame_state {
  FRAME_MORE,      // not all of it is here
  FRAME_WHOLE,     // op, id and body are set
  FRAME_MALFORMED, // `size` bytes are to be skipped; more of them may still have to come
};

struct frame {
  enum frame_state state;
  uint8_t op;
  uint32_t id; // 0 where it cannot be known
  struct bytes body;
  size_t size; // with the length itself
};

// The first frame of what was read. Pure.
struct frame frame_read(struct bytes input);

// The request id in a piece of a frame that will never be whole, 0 if it is not there.
uint32_t frame_id(struct bytes piece);

#endif
