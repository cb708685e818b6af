#ifndef PROCSTAR_CLOCK_H
#define PROCSTAR_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

// Milliseconds of the monotonic clock: for deadlines.
static inline int64_t clock_ms(void) { return (int64_t)(clock_ns(CLOCK_MONOTONIC) / 1000000U); }

#endif
