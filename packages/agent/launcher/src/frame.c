#include "frame.h"

#include "limits.h"

uint32_t frame_id(struct bytes piece) {
  uint32_t skipped, id;
  return take_u32(&piece, &skipped) && take_u32(&piece, &skipped) && take_u32(&piece, &id) ? id : 0;
}

struct frame frame_read(struct bytes input) {
  struct frame frame = {.state = FRAME_MORE};
  struct bytes rest = input;
  uint32_t length;
  if (!take_u32(&rest, &length)) return frame;
  frame.size = 4 + (size_t)length;
  if (length < FRAME_HEADER) {
    if (rest.len >= length) frame.state = FRAME_MALFORMED;
    return frame;
  }
  uint8_t version;
  uint16_t zero;
  if (rest.len < FRAME_HEADER) return frame;
  take_u8(&rest, &version);
  take_u8(&rest, &frame.op);
  take_u16(&rest, &zero);
  take_u32(&rest, &frame.id);
  if (length > FRAME_MAX) {
    frame.state = FRAME_MALFORMED;
    return frame;
  }
  if (!take_bytes(&rest, length - FRAME_HEADER, &frame.body)) return frame;
  frame.state = version == FRAME_VERSION && zero == 0 ? FRAME_WHOLE : FRAME_MALFORMED;
  return frame;
}
