#ifndef PROCSTAR_CLOCK_H
#define PROCSTAR_CLOCK_H

#include <limits.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static inline uint64_t clock_ns(clockid_t clock) {
  struct timespec now;
#if LONG_MAX > INT_MAX
  // Not by the pages that the kernel shares with each process: far from all others, they would cost each monitor three more pages of page tables.
  syscall(SYS_clock_gettime, clock, &now);
#else
  clock_gettime(clock, &now);
#endif
  return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

// Milliseconds of the monotonic clock: for deadlines.
static inline int64_t clock_ms(void) { return (int64_t)(clock_ns(CLOCK_MONOTONIC) / 1000000U); }

#endif
