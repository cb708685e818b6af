// What a start asks of captured output beyond its files: limits, times, what is masked. Pure, as request.h.
#ifndef PROCSTAR_OUTPUT_REQUEST_H
#define PROCSTAR_OUTPUT_REQUEST_H

#include "bytes.h"
#include "limits.h"

enum output_tag { TAG_CAPTURE_OPTIONS = 20, TAG_MASK = 21, TAG_TIMES = 22 };

enum { OPTION_TIMES = 1, OPTION_NAMED = 2 };

struct capture_options {
  int32_t fd;
  uint64_t limit; // bytes; 0: none
  uint8_t keep;   // as keep.h names it
  uint8_t flags;  // OPTION_…
};

bool capture_options_parse(struct bytes value, struct capture_options *out);

struct output_request {
  size_t masks, mask_bytes;
  struct bytes times; // path; `at` is NULL where there is none
  size_t options;
  struct capture_options option[CAPTURES_MAX];
};

// Takes in one field. False when it is malformed, repeated for a descriptor, over a limit, or none of these.
bool output_take(struct output_request *output, uint16_t tag, struct bytes value);

// The options of the capture of that descriptor, NULL where it has none.
const struct capture_options *output_options(const struct output_request *output, int32_t fd);

#endif
