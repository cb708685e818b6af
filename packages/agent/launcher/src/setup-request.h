// What a start asks of the proc's set-up beyond files: limits, priority, signals, credentials, how it is executed. Pure, as request.h.
#ifndef PROCSTAR_SETUP_REQUEST_H
#define PROCSTAR_SETUP_REQUEST_H

#include "bytes.h"

enum setup_tag {
  TAG_LIMIT = 11,
  TAG_NICE = 12,
  TAG_PDEATH = 13,
  TAG_SIGNALS = 14,
  TAG_CREDENTIALS = 15,
  TAG_SEARCH = 16,
  TAG_KEEP_INHERITED = 17,
};

enum { RESOURCES = 16 }; // Linux's numbers of limits are below it

struct limit {
  uint8_t resource;
  uint64_t soft, hard; // all ones: unlimited
};

bool limit_parse(struct bytes value, struct limit *out);

struct setup {
  uint32_t limited; // bit n: resource n has a limit
  uint32_t seen;    // bit n: tag n was there
  int32_t nice;
  uint8_t pdeath;
  uint64_t ignored, blocked; // bit n - 1: signal n
  uint32_t uid, gid;
  struct bytes groups; // u32 each
  bool search, keep_inherited;
};

static inline bool setup_has(const struct setup *setup, enum setup_tag tag) { return (setup->seen & 1U << tag) != 0; }

// Takes in one field. False when it is malformed, repeated, or none of these.
bool setup_take(struct setup *setup, uint16_t tag, struct bytes value);

#endif
