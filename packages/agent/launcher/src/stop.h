// A stop of the tree that is under way: when SIGKILL is due, and how often to repeat it. Times are milliseconds of the monotonic clock.
#ifndef PROCSTAR_STOP_H
#define PROCSTAR_STOP_H

#include <stdbool.h>
#include <stdint.h>

#define NEVER INT64_MAX
#define GRACE_FOREVER 0xffffffffU

struct stop {
  int64_t kill_at;  // NEVER when nothing is to be killed
  int64_t again_at; // the next pass of SIGKILL is not due before
  int64_t pause;    // between passes that killed nothing
  int hurried;      // passes without a pause that killed nothing, one after another
};

// A stop that the request asked for in advance.
struct timeout {
  int64_t at; // NEVER: none, or it has come
  uint8_t signum;
  uint32_t grace; // ms
};

#define TIMEOUT_NONE ((struct timeout){.at = NEVER})

// Whether it comes now; it comes once.
bool timeout_comes(struct timeout *timeout, int64_t now);

#define STOP_NONE ((struct stop){.kill_at = NEVER})

// The earliest end holds, whichever command asked for it.
void stop_by(struct stop *stop, int64_t kill_at);

bool stop_pass_due(const struct stop *stop, int64_t now);

// When the next pass is due: NEVER, or an instant.
int64_t stop_next(const struct stop *stop);

enum stop_result {
  STOP_KILLED,   // something was killed that was not dying, so there may be more
  STOP_OUTRUN,   // nothing was, but something came and went: what forks all the time is caught only without a pause
  STOP_WAITING,  // what there is, is dying
};

// After a pass.
void stop_passed(struct stop *stop, enum stop_result result, int64_t now);

#endif
