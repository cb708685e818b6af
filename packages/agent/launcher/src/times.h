// When output came: records in a file beside it, by which several captures can be shown in their order.
#ifndef PROCSTAR_TIMES_H
#define PROCSTAR_TIMES_H

#include <stddef.h>
#include <stdint.h>

#include "limits.h"

enum { TIMES_RECORD = 17 }; // bytes

struct times {
  const char *path; // NULL: none
  int file;         // -1 until the first record
  int error;        // errno, once the file cannot be written: there are no more records
  uint64_t written; // bytes
  uint64_t last;    // ns; wall time of the last record taken
  size_t taken;     // records that are not written yet
  uint8_t records[CAPTURES_MAX * TIMES_RECORD];
};

// Takes note that what is at `offset` of a capture came at `wall` (ns).
void times_note(struct times *times, uint8_t capture, uint64_t offset, uint64_t wall);

// Writes what has been taken. What a full disk does not take is lost.
void times_write(struct times *times);

#endif
