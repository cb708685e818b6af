// Carries a proc's captured output from pipes into files.
#ifndef PROCSTAR_PUMP_H
#define PROCSTAR_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "keep.h"
#include "limits.h"
#include "mask.h"
#include "times.h"

struct capture {
  int fd;           // of the proc
  int pipe;         // read end, -1 once every writer has closed
  int file;         // -1 until the first byte
  const char *path;
  uint64_t len;     // bytes of the output so far, as masked; where the file stands, but for what it does not keep
  uint64_t owed;    // bytes that are to be in the file before the end line is written
  int error;        // errno, once the file cannot be written: the rest is dropped
  int unkept;       // errno, once the file cannot give back space: only its start is kept
  bool grown;       // the pipe has its large size
  bool named;       // the file is the user's
  bool has_umask;   // of a named file: it is made under the proc's
  mode_t umask;
  bool alone;       // nobody else writes to the file
  bool spliced;     // the file stands at its end, and takes pages from the pipe
  bool timed;       // times are recorded
  struct keep keep;
  struct mask_stream *stream; // NULL: nothing is masked
};

struct pump {
  struct capture capture[CAPTURES_MAX];
  size_t count;
  const struct mask *mask; // NULL: nothing is masked
  struct times times;
  // A piece that was read and is not written yet, since the disk is full. No pipe is read while there is one.
  struct capture *waiting;
  size_t waiting_from, waiting_to;
  uint64_t waiting_offset, waiting_wall; // where in the output it begins, ns when it was read
  int64_t retry_at;   // ms; of the waiting piece
  int64_t release_at; // ms; when the memory of the buffer is given back, NEVER if it has been
};

// Opens the capture's named file, with the rights and the umask of the proc. -1 with errno.
int pump_open_named(const struct capture *capture, int flags);

// Reads from each pipe once, as far as there is something and the disk takes it.
void pump_turn(struct pump *pump, int64_t now);

// Gives the buffer's memory back after a second without use.
void pump_rest(struct pump *pump, int64_t now);

// Takes note of what is in the pipes now, as owed.
void pump_owe(struct pump *pump);

// All that was owed has been written.
bool pump_paid(const struct pump *pump);

bool pump_open(const struct pump *pump);

#endif
