// What the kernel counted for a proc's cgroups.
#ifndef PROCSTAR_CGROUP_STATS_H
#define PROCSTAR_CGROUP_STATS_H

#include "cgroup.h"
#include "json.h"

enum cgroup_figure {
  FIGURE_MEMORY_CURRENT,
  FIGURE_MEMORY_PEAK,
  FIGURE_MEMORY_SWAP_CURRENT,
  FIGURE_MEMORY_SWAP_PEAK,
  FIGURE_CPU_USAGE,
  FIGURE_CPU_USER,
  FIGURE_CPU_SYSTEM,
  FIGURE_NR_PERIODS,
  FIGURE_NR_THROTTLED,
  FIGURE_THROTTLED,
  FIGURE_NR_BURSTS,
  FIGURE_BURST,
  FIGURE_PIDS_CURRENT,
  FIGURE_PIDS_PEAK,
  FIGURE_OOM,
  FIGURE_OOM_KILL,
  FIGURE_PRESSURE_CPU, // the pressures come last
  FIGURE_PRESSURE_MEMORY,
  FIGURE_PRESSURE_IO,
  FIGURES,
};

struct cgroup_stats {
  const char *kind; // NULL: there is no cgroup
  const char *path; // of the first one
  bool known[FIGURES];
  uint64_t figure[FIGURES];
};

void cgroup_stats_read(const struct cgroups *cgroups, struct cgroup_stats *out);

// The member `cgroup` of the end line, after a comma; nothing where there is none.
void cgroup_stats_record(struct json *out, const struct cgroup_stats *stats);

#endif
