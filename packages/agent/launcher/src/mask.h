// Replaces secrets in streams by `***`: at each position the longest that is there, wherever the borders of the pieces are. Linear in the bytes
// and in what is found. Pure.
#ifndef PROCSTAR_MASK_H
#define PROCSTAR_MASK_H

#include <stdbool.h>

#include "bytes.h"
#include "limits.h"

enum {
  MASK_HELD_MAX = MASK_BYTES_MAX - 1,       // bytes that a stream can hold back
  MASK_WINDOW = MASK_HELD_MAX + PIECE_MAX,  // bytes that can be looked at in one go
};

// The start of a secret, or the end of one.
struct mask_node {
  uint32_t child, sibling; // 0: none
  uint32_t fail;           // its longest suffix that is a node too
  uint32_t found;          // its longest suffix that is a secret, 0: none
  uint32_t depth;          // bytes
  uint16_t secret;         // 1 and up where one ends here, 0 elsewhere
  uint8_t byte;
};

// Zeros: nothing is masked.
struct mask {
  uint32_t count; // nodes after the root
  uint16_t secrets;
  uint32_t root[256];
  uint32_t length[MASKS_MAX + 1]; // of each secret
  struct mask_node node[MASK_BYTES_MAX + 1];
};

// What is known of a stream. Zeros at its begin.
struct mask_stream {
  uint64_t masked; // secrets replaced so far
  uint32_t node;
  uint32_t held;   // bytes held back, since more may make a secret of them: those of `node`
  bool found;      // secrets begin among them
  uint8_t bytes[MASK_HELD_MAX];
  uint16_t secret[MASK_HELD_MAX]; // the longest that begins at each
};

// Takes a secret (MASK_SHORTEST bytes and more; not more secrets and bytes than MASKS_MAX and MASK_BYTES_MAX in all).
void mask_add(struct mask *mask, struct bytes secret);

// After the last of them.
void mask_finish(struct mask *mask);

static inline bool mask_any(const struct mask *mask) { return mask->count > 0; }

// Puts the bytes that are held back at the begin of the window; the stream's next ones belong behind them. Returns how many they are. Without a
// call of mask_run nothing has happened.
size_t mask_begin(const struct mask_stream *stream, uint8_t *window);

// Masks the `len` bytes (those that were held back included) in place. Returns how many of them go on now. At the `end` nothing is held back.
size_t mask_run(const struct mask *mask, struct mask_stream *stream, uint8_t *window, size_t len, bool end);

// Between calls of mask_run: gives back the memory that much output has taken.
void mask_rest(void);

#endif
