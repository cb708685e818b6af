#include "cgroup-stats.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cgroup-text.h"
#include "memory.h"

// Where a figure is to be had; the first that the kernel gives is taken. Those of a file stand together, so that it is read once.
static const struct source {
  uint8_t figure;
  uint16_t divisor; // to the unit of the record
  const char *file, *key; // key NULL: the file is one number, or of pressure
} SOURCES[] = {
    {FIGURE_CPU_USAGE, 1, "cpu.stat", "usage_usec"},
    {FIGURE_CPU_USER, 1, "cpu.stat", "user_usec"},
    {FIGURE_CPU_SYSTEM, 1, "cpu.stat", "system_usec"},
    {FIGURE_NR_PERIODS, 1, "cpu.stat", "nr_periods"},
    {FIGURE_NR_THROTTLED, 1, "cpu.stat", "nr_throttled"},
    {FIGURE_THROTTLED, 1, "cpu.stat", "throttled_usec"},
    {FIGURE_THROTTLED, 1000, "cpu.stat", "throttled_time"}, // v1
    {FIGURE_NR_BURSTS, 1, "cpu.stat", "nr_bursts"},
    {FIGURE_BURST, 1, "cpu.stat", "burst_usec"},
    {FIGURE_BURST, 1000, "cpu.stat", "burst_time"}, // v1
    {FIGURE_CPU_USAGE, 1000, "cpuacct.usage", NULL},
    {FIGURE_CPU_USER, 1000, "cpuacct.usage_user", NULL},
    {FIGURE_CPU_SYSTEM, 1000, "cpuacct.usage_sys", NULL},
    {FIGURE_MEMORY_CURRENT, 1, "memory.current", NULL},
    {FIGURE_MEMORY_CURRENT, 1, "memory.usage_in_bytes", NULL}, // v1
    {FIGURE_MEMORY_PEAK, 1, "memory.peak", NULL},
    {FIGURE_MEMORY_PEAK, 1, "memory.max_usage_in_bytes", NULL}, // v1
    {FIGURE_MEMORY_SWAP_CURRENT, 1, "memory.swap.current", NULL},
    {FIGURE_MEMORY_SWAP_PEAK, 1, "memory.swap.peak", NULL},
    {FIGURE_OOM, 1, "memory.events", "oom"},
    {FIGURE_OOM_KILL, 1, "memory.events", "oom_kill"},
    {FIGURE_OOM_KILL, 1, "memory.oom_control", "oom_kill"}, // v1
    {FIGURE_PIDS_CURRENT, 1, "pids.current", NULL},
    {FIGURE_PIDS_PEAK, 1, "pids.peak", NULL},
    {FIGURE_PRESSURE_CPU, 1, "cpu.pressure", NULL},
    {FIGURE_PRESSURE_MEMORY, 1, "memory.pressure", NULL},
    {FIGURE_PRESSURE_IO, 1, "io.pressure", NULL},
};

static const char *const NAMES[FIGURES] = {
    [FIGURE_MEMORY_CURRENT] = "memory_current",
    [FIGURE_MEMORY_SWAP_CURRENT] = "memory_swap_current",
    [FIGURE_MEMORY_PEAK] = "memory_peak",
    [FIGURE_MEMORY_SWAP_PEAK] = "memory_swap_peak",
    [FIGURE_CPU_USAGE] = "cpu_usage_usec",
    [FIGURE_CPU_USER] = "cpu_user_usec",
    [FIGURE_CPU_SYSTEM] = "cpu_system_usec",
    [FIGURE_NR_PERIODS] = "nr_periods",
    [FIGURE_NR_THROTTLED] = "nr_throttled",
    [FIGURE_THROTTLED] = "throttled_usec",
    [FIGURE_NR_BURSTS] = "nr_bursts",
    [FIGURE_BURST] = "burst_usec",
    [FIGURE_PIDS_CURRENT] = "pids_current",
    [FIGURE_PIDS_PEAK] = "pids_peak",
    [FIGURE_OOM] = "oom",
    [FIGURE_OOM_KILL] = "oom_kill",
    [FIGURE_PRESSURE_CPU] = "cpu",
    [FIGURE_PRESSURE_MEMORY] = "memory",
    [FIGURE_PRESSURE_IO] = "io",
};

// JSON's numbers are exact up to there.
#define FIGURE_MAX (UINT64_C(1) << 53)

static SELDOM char text[4096];

static struct bytes read_file(const struct cgroup *cgroup, const char *file) {
  static SELDOM char path[PATH_LONGEST + 1];
  if (snprintf(path, sizeof path, "%s/%s", cgroup->path, file) >= (int)sizeof path) return (struct bytes){0};
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return (struct bytes){0};
  ssize_t got = read(fd, text, sizeof text);
  close(fd);
  return (struct bytes){(const uint8_t *)text, got > 0 ? (size_t)got : 0};
}

static bool find(struct bytes content, const struct source *source, uint64_t *out) {
  bool found = source->key != NULL                        ? cgroup_key(content, source->key, out)
               : source->figure >= FIGURE_PRESSURE_CPU ? cgroup_pressure(content, out)
                                                       : cgroup_number(content, out);
  *out /= source->divisor;
  return found && *out <= FIGURE_MAX;
}

static void read_one(const struct cgroup *cgroup, struct cgroup_stats *out) {
  const char *file = "";
  struct bytes content = {0};
  for (size_t i = 0; i < sizeof SOURCES / sizeof SOURCES[0]; i++) {
    const struct source *source = &SOURCES[i];
    if (out->known[source->figure]) continue;
    if (strcmp(file, source->file) != 0) content = read_file(cgroup, file = source->file);
    uint64_t figure = 0;
    if (!find(content, source, &figure)) continue;
    out->known[source->figure] = true;
    out->figure[source->figure] = figure;
  }
}

void cgroup_stats_read(const struct cgroups *cgroups, struct cgroup_stats *out) {
  size_t v2 = 0;
  *out = (struct cgroup_stats){0};
  for (size_t i = 0; i < cgroups->count; i++) {
    if (cgroups->at[i].path == NULL) continue;
    if (cgroups->at[i].v2) v2++;
    read_one(&cgroups->at[i], out);
  }
  if (cgroups->count == 0 || cgroups->at[0].path == NULL) return;
  out->path = cgroups->at[0].path;
  out->kind = v2 == 0 ? "v1" : v2 == cgroups->count ? "v2" : "hybrid";
}

static void put(struct json *out, const struct cgroup_stats *stats, int figure, const char *before) {
  json_text(out, before);
  json_text(out, NAMES[figure]);
  json_text(out, "\":");
  json_u64(out, stats->figure[figure]);
}

void cgroup_stats_record(struct json *out, const struct cgroup_stats *stats) {
  if (stats->kind == NULL) return;
  json_text(out, ",\"cgroup\":{\"kind\":\"");
  json_text(out, stats->kind);
  json_text(out, "\",\"path\":");
  json_string(out, (struct bytes){(const uint8_t *)stats->path, strlen(stats->path)});
  for (int i = 0; i < FIGURE_PRESSURE_CPU; i++)
    if (stats->known[i]) put(out, stats, i, ",\"");
  bool pressure = false;
  for (int i = FIGURE_PRESSURE_CPU; i < FIGURES; i++) {
    if (!stats->known[i]) continue;
    put(out, stats, i, pressure ? ",\"" : ",\"pressure\":{\"");
    pressure = true;
  }
  json_text(out, pressure ? "}}" : "}");
}
