#include "setup-request.h"

#include "limits.h"

enum { NICE_LEAST = -20, NICE_MOST = 19, SIGNAL_MOST = 64 };

// To the kernel, this number says that an id is to stay as it is.
#define NO_ID UINT32_MAX

bool limit_parse(struct bytes value, struct limit *out) {
  return take_u8(&value, &out->resource) && take_u64(&value, &out->soft) && take_u64(&value, &out->hard) && value.len == 0 &&
         out->resource < RESOURCES;
}

static bool take_limit(struct setup *setup, struct bytes value) {
  struct limit limit;
  if (!limit_parse(value, &limit) || (setup->limited & 1U << limit.resource) != 0) return false;
  setup->limited |= 1U << limit.resource;
  return true;
}

static bool take_flag(struct bytes value, bool *out) {
  uint8_t flag;
  if (!take_u8(&value, &flag) || value.len > 0 || flag > 1) return false;
  *out = flag == 1;
  return true;
}

static bool take_credentials(struct setup *setup, struct bytes value) {
  if (!take_u32(&value, &setup->uid) || !take_u32(&value, &setup->gid)) return false;
  setup->groups = value;
  if (setup->uid == NO_ID || setup->gid == NO_ID || value.len % 4 != 0 || value.len / 4 > GROUPS_MAX) return false;
  uint32_t group;
  while (take_u32(&value, &group))
    if (group == NO_ID) return false;
  return true;
}

bool setup_take(struct setup *setup, uint16_t tag, struct bytes value) {
  if (tag == TAG_LIMIT) return take_limit(setup, value);
  if (tag < TAG_LIMIT || tag > TAG_KEEP_INHERITED || (setup->seen & 1U << tag) != 0) return false;
  setup->seen |= 1U << tag;
  switch (tag) {
    case TAG_NICE:
      return take_i32(&value, &setup->nice) && value.len == 0 && setup->nice >= NICE_LEAST && setup->nice <= NICE_MOST;
    case TAG_PDEATH:
      return take_u8(&value, &setup->pdeath) && value.len == 0 && setup->pdeath <= SIGNAL_MOST;
    case TAG_SIGNALS:
      return take_u64(&value, &setup->ignored) && take_u64(&value, &setup->blocked) && value.len == 0;
    case TAG_CREDENTIALS:
      return take_credentials(setup, value);
    case TAG_SEARCH:
      return take_flag(value, &setup->search);
    default:
      return take_flag(value, &setup->keep_inherited);
  }
}
