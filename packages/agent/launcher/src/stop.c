#include "stop.h"

// What cannot be looked at (hidepid) seems to come and go too: hurry has an end.
enum { PAUSE_FIRST = 5, PAUSE_LAST = 1000, HURRY_MOST = 1000 };

void stop_by(struct stop *stop, int64_t kill_at) {
  if (kill_at < stop->kill_at) stop->kill_at = kill_at;
}

bool timeout_comes(struct timeout *timeout, int64_t now) {
  if (now < timeout->at || timeout->at == NEVER) return false;
  timeout->at = NEVER;
  return true;
}

int64_t stop_next(const struct stop *stop) { return stop->kill_at > stop->again_at ? stop->kill_at : stop->again_at; }

bool stop_pass_due(const struct stop *stop, int64_t now) { return stop->kill_at != NEVER && now >= stop_next(stop); }

static int64_t longer(int64_t pause) {
  if (pause == 0) return PAUSE_FIRST;
  return pause * 2 < PAUSE_LAST ? pause * 2 : PAUSE_LAST;
}

void stop_passed(struct stop *stop, enum stop_result result, int64_t now) {
  bool hurry = result == STOP_KILLED || (result == STOP_OUTRUN && stop->hurried < HURRY_MOST);
  stop->hurried = result == STOP_KILLED ? 0 : hurry ? stop->hurried + 1 : stop->hurried;
  stop->pause = hurry ? 0 : longer(stop->pause);
  stop->again_at = now + stop->pause;
}
