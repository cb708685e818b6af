// What of a long output stays in its file, which has every byte at its true offset: the first bytes, the last, or both.
#ifndef PROCSTAR_KEEP_H
#define PROCSTAR_KEEP_H

#include <stddef.h>
#include <stdint.h>

enum { KEEP_START = 0, KEEP_END = 1, KEEP_BOTH = 2 };

struct keep {
  uint64_t limit; // bytes; 0: none
  uint8_t what;
  uint64_t base;    // the file's size before the first byte
  uint64_t punched; // the file has no blocks between what it keeps of the start and here
};

// For a file that has been opened for the first time. Returns 0, or EOPNOTSUPP where its file system takes back no space: then it is its
// start that is kept.
int keep_open(struct keep *keep, int file);

// How many of the next `piece` bytes are to be written, when `len` came before. The rest is not kept.
size_t keep_room(const struct keep *keep, uint64_t len, size_t piece);

// Gives back the space of what is not to be kept of `len` bytes, in pieces of 64 KiB. Returns 0 or an errno: then no more than is there is kept.
int keep_trim(struct keep *keep, int file, uint64_t len);

#endif
