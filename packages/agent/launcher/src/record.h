// The lines of the journal.
#ifndef PROCSTAR_RECORD_H
#define PROCSTAR_RECORD_H

#include <sys/resource.h>
#include <sys/types.h>

#include "bytes.h"
#include "cgroup-stats.h"
#include "json.h"
#include "perf.h"
#include "report.h"

struct start_record {
  struct bytes id;
  pid_t monitor, pid;
  uint64_t monitor_start, pid_start; // ticks
  uint64_t wall, mono;               // ns
  const struct cgroups *cgroups;
};

void record_start(struct json *out, const struct start_record *record);

struct output_length {
  int fd;
  uint64_t len;
  bool has_masks;  // secrets were to be masked
  uint64_t masked; // secrets that were
};

struct end_record {
  struct bytes id;
  pid_t pid; // 0: there was no fork
  bool has_status;
  int status;                   // raw wait status
  uint64_t start, stop, elapsed; // ns
  struct rusage usage;
  const struct report *errors;
  size_t error_count;
  struct bytes only; // the text of an error of the stage restrict
  const struct output_length *outputs;
  size_t output_count;
  struct bytes stat; // empty: not known
  uint32_t left, killed;
  bool empty;
  bool by_cgroup;             // that is the kernel's word about the cgroup, too
  bool timed_out;             // the timeout has ended it
  struct bytes cgroup_failed; // the file that an error of the stage cgroup is about
  const struct cgroup_stats *cgroup;
  const struct perf *perf;
};

void record_end(struct json *out, const struct end_record *record);

#endif
