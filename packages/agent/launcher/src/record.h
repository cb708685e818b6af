// The lines of the journal.
#ifndef PROCSTAR_RECORD_H
#define PROCSTAR_RECORD_H

#include <sys/resource.h>
#include <sys/types.h>

#include "bytes.h"
#include "json.h"
#include "report.h"

struct start_record {
  struct bytes id;
  pid_t monitor, pid;
  uint64_t monitor_start, pid_start; // ticks
  uint64_t wall, mono;               // ns
};

void record_start(struct json *out, const struct start_record *record);

struct output_length {
  int fd;
  uint64_t len;
};

struct end_record {
  struct bytes id;
  pid_t pid; // 0: there was no fork
  bool executed;
  int status;                   // raw wait status
  uint64_t start, stop, elapsed; // ns
  struct rusage usage;
  const struct report *errors;
  size_t error_count;
  struct bytes only; // the text of an error of the stage restrict
  const struct output_length *outputs;
  size_t output_count;
  struct bytes stat, statm; // empty: not known
  uint32_t left, killed;
  bool empty;
};

void record_end(struct json *out, const struct end_record *record);

#endif
