// JSON into a fixed buffer, without allocation.
#ifndef PROCSTAR_JSON_H
#define PROCSTAR_JSON_H

#include "bytes.h"

struct json {
  char *at, *end;
  bool overflow; // something did not fit; what is in the buffer is of no use
};

void json_text(struct json *out, const char *text); // as it is
void json_string(struct json *out, struct bytes text); // quoted, escaped; bytes that are not UTF-8 become U+FFFD
void json_u64(struct json *out, uint64_t value);
void json_i64(struct json *out, int64_t value);
void json_ns(struct json *out, uint64_t value); // as a string of digits: above 2^53 after 104 days

#endif
