// Requests, from bytes to structs. Pure: nothing here is executed, opened or kept; the bytes must outlive the struct.
#ifndef PROCSTAR_REQUEST_H
#define PROCSTAR_REQUEST_H

#include "bytes.h"
#include "output-request.h"
#include "setup-request.h"

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
  TAG_CGROUP = 30,
  TAG_CGROUP_SETTING = 31,
  TAG_TIMEOUT = 32,
  TAG_PERF = 34,
};

struct field {
  uint16_t tag;
  struct bytes value;
};

// The next field of a start. False at the end, and for a field that is cut off (then `fields` is not empty).
bool field_next(struct bytes *fields, struct field *out);

enum fd_kind { FD_INHERIT = 0, FD_CLOSE = 1, FD_OPEN = 2, FD_DUP = 3, FD_CAPTURE = 4, FD_DATA = 5, FD_PIPE = 6 };

struct fd_action {
  int32_t fd;
  uint8_t kind;
  uint32_t flags, mode; // of open
  int32_t from;         // of dup
  uint32_t pipe;        // of pipe
  uint8_t side;         // of pipe: 0 to read, 1 to write
  struct bytes data;    // of data
  struct bytes path;    // of open and capture
};

bool fd_action_parse(struct bytes value, struct fd_action *out);

// What becomes of the descendants that are left when the proc has ended.
enum orphans { ORPHANS_KEEP = 0, ORPHANS_KILL = 1, ORPHANS_WAIT = 2 };

// `file=value`: what is written into a file of the proc's cgroup before the proc starts.
struct cgroup_setting {
  struct bytes file, value;
};

bool cgroup_setting_parse(struct bytes value, struct cgroup_setting *out);

struct timeout_request {
  uint32_t after; // ms
  uint8_t signum;
  uint32_t grace; // ms
};

bool timeout_parse(struct bytes value, struct timeout_request *out);

struct start_request {
  struct bytes id, file, journal;
  struct bytes cwd, only; // `at` is NULL where the field is absent
  bool has_umask, has_timeout, has_perf;
  uint8_t orphans, perf;
  struct timeout_request timeout;
  size_t cgroups, settings;
  uint32_t umask;
  size_t argc, envc, actions, captures, pipes;
  struct setup setup;
  struct output_request output;
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

// The pipe to be given up.
bool unpipe_parse(struct bytes body, uint32_t *pipe);

#endif
