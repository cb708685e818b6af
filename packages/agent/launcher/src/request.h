// Requests, from bytes to structs. Pure: nothing here is executed, opened or kept; the bytes must outlive the struct.
#ifndef PROCSTAR_REQUEST_H
#define PROCSTAR_REQUEST_H

#include "bytes.h"

enum tag {
  TAG_ID = 1,
  TAG_FILE = 2,
  TAG_ARG = 3,
  TAG_ENV = 4,
  TAG_CWD = 5,
  TAG_UMASK = 6,
  TAG_FD = 7,
  TAG_JOURNAL = 8,
  TAG_ORPHANS = 9,
  TAG_RESTRICT = 10,
};

struct field {
  uint16_t tag;
  struct bytes value;
};

// The next field of a start. False at the end, and for a field that is cut off (then `fields` is not empty).
bool field_next(struct bytes *fields, struct field *out);

enum fd_kind { FD_INHERIT = 0, FD_CLOSE = 1, FD_OPEN = 2, FD_DUP = 3, FD_CAPTURE = 4, FD_DATA = 5 };

struct fd_action {
  int32_t fd;
  uint8_t kind;
  uint32_t flags, mode; // of open
  int32_t from;         // of dup
  struct bytes path;    // of open and capture
};

bool fd_action_parse(struct bytes value, struct fd_action *out);

struct start_request {
  struct bytes id, file, journal;
  struct bytes cwd, only; // `at` is NULL where the field is absent
  bool has_umask, kill_orphans;
  uint32_t umask;
  size_t argc, envc, actions, captures;
  struct bytes fields; // all of them, for the repeated ones
};

// False when anything in it is malformed, missing, repeated or over a limit; a request that is taken has fields that all parse.
bool start_parse(struct bytes body, struct start_request *out);

struct command_request {
  uint32_t pid;
  uint64_t start;
  uint8_t what, signum;
  uint32_t grace;
};

bool command_parse(struct bytes body, struct command_request *out);

struct watch_request {
  uint32_t pid;
  uint64_t start;
};

bool watch_parse(struct bytes body, struct watch_request *out);

#endif
