#include "output-request.h"

#include "keep.h"

bool capture_options_parse(struct bytes value, struct capture_options *out) {
  return take_i32(&value, &out->fd) && take_u64(&value, &out->limit) && take_u8(&value, &out->keep) && take_u8(&value, &out->flags) &&
         value.len == 0 && out->keep <= KEEP_BOTH && out->flags <= (OPTION_TIMES | OPTION_NAMED);
}

const struct capture_options *output_options(const struct output_request *output, int32_t fd) {
  for (size_t i = 0; i < output->options; i++)
    if (output->option[i].fd == fd) return &output->option[i];
  return NULL;
}

static bool take_options(struct output_request *output, struct bytes value) {
  struct capture_options options;
  if (output->options == CAPTURES_MAX || !capture_options_parse(value, &options)) return false;
  if (output_options(output, options.fd) != NULL) return false;
  output->option[output->options++] = options;
  return true;
}

bool output_take(struct output_request *output, uint16_t tag, struct bytes value) {
  switch (tag) {
    case TAG_CAPTURE_OPTIONS:
      return take_options(output, value);
    case TAG_MASK:
      output->mask_bytes += value.len;
      return value.len >= MASK_SHORTEST && ++output->masks <= MASKS_MAX && output->mask_bytes <= MASK_BYTES_MAX;
    case TAG_TIMES:
      if (output->times.at != NULL || value.len == 0 || value.len > PATH_LONGEST || has_nul(value)) return false;
      output->times = value;
      return true;
    default:
      return false;
  }
}
