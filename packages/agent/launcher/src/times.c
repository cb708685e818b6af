#include "times.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "errors.h"

enum { RECORDS_MAX = TIMES_MAX / TIMES_RECORD };

#define FIRST_INTERVAL_NS 10000000U

// The shortest time between two records, once `count` are there; UINT64_MAX: no more. Half of the room takes all that comes; each half of the rest
// makes it four times longer: so the room lasts for years.
static uint64_t interval(uint64_t count) {
  uint64_t left = RECORDS_MAX - count, shortest = 0;
  if (count >= RECORDS_MAX) return UINT64_MAX;
  for (uint64_t half = RECORDS_MAX / 2; left <= half; half /= 2) shortest = shortest == 0 ? FIRST_INTERVAL_NS : shortest * 4;
  return shortest;
}

static void put(uint8_t *to, uint64_t value) {
  for (int i = 0; i < 8; i++) to[i] = (uint8_t)(value >> (8 * i));
}

void times_note(struct times *times, uint8_t capture, uint64_t offset, uint64_t wall) {
  if (times->path == NULL || times->error != 0 || times->taken == CAPTURES_MAX) return;
  uint64_t shortest = interval(times->written / TIMES_RECORD + times->taken);
  // A clock that was set back must not silence it.
  if (shortest == UINT64_MAX || (wall >= times->last && wall - times->last < shortest)) return;
  uint8_t *record = times->records + times->taken++ * TIMES_RECORD;
  record[0] = capture;
  put(record + 1, offset);
  put(record + 9, wall);
  times->last = wall;
}

static bool open_file(struct times *times) {
  if (times->file < 0) times->file = open(times->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  return times->file >= 0;
}

void times_write(struct times *times) {
  if (times->taken == 0) return;
  size_t len = times->taken * TIMES_RECORD;
  times->taken = 0;
  // At its place: what is left of a short write is overwritten.
  ssize_t written = open_file(times) ? pwrite(times->file, times->records, len, (off_t)times->written) : -1;
  if (written > 0) times->written += (uint64_t)written / TIMES_RECORD * TIMES_RECORD;
  if (written < 0 && !error_may_pass(errno)) times->error = errno;
}
