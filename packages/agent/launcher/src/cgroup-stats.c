#include "cgroup-stats.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cgroup-text.h"
#include "memory.h"

// Where a figure is to be had; the first that the kernel gives is taken. Those of a file stand together, so that it is read once.
enum version { V1 = 1, V2 = 2, EITHER = V1 | V2 };
static const struct source {
  uint8_t figure, versions;
  uint16_t divisor; // to the unit of the record
  const char *controller; // of v2, without which there is no such file; NULL: it is always there
  const char *file, *key; // key NULL: the file is one number, or of pressure
} SOURCES[] = {
    {FIGURE_CPU_USAGE, V2, 1, NULL, "cpu.stat", "usage_usec"},
    {FIGURE_CPU_USER, V2, 1, NULL, "cpu.stat", "user_usec"},
    {FIGURE_CPU_SYSTEM, V2, 1, NULL, "cpu.stat", "system_usec"},
    {FIGURE_NR_PERIODS, EITHER, 1, NULL, "cpu.stat", "nr_periods"},
    {FIGURE_NR_THROTTLED, EITHER, 1, NULL, "cpu.stat", "nr_throttled"},
    {FIGURE_THROTTLED, V2, 1, NULL, "cpu.stat", "throttled_usec"},
    {FIGURE_THROTTLED, V1, 1000, NULL, "cpu.stat", "throttled_time"},
    {FIGURE_NR_BURSTS, EITHER, 1, NULL, "cpu.stat", "nr_bursts"},
    {FIGURE_BURST, V2, 1, NULL, "cpu.stat", "burst_usec"},
    {FIGURE_BURST, V1, 1000, NULL, "cpu.stat", "burst_time"},
    {FIGURE_CPU_USAGE, V1, 1000, NULL, "cpuacct.usage", NULL},
    {FIGURE_CPU_USER, V1, 1000, NULL, "cpuacct.usage_user", NULL},
    {FIGURE_CPU_SYSTEM, V1, 1000, NULL, "cpuacct.usage_sys", NULL},
    {FIGURE_MEMORY_CURRENT, V2, 1, "memory", "memory.current", NULL},
    {FIGURE_MEMORY_CURRENT, V1, 1, NULL, "memory.usage_in_bytes", NULL},
    {FIGURE_MEMORY_PEAK, V2, 1, "memory", "memory.peak", NULL},
    {FIGURE_MEMORY_PEAK, V1, 1, NULL, "memory.max_usage_in_bytes", NULL},
    {FIGURE_MEMORY_SWAP_CURRENT, V2, 1, "memory", "memory.swap.current", NULL},
    {FIGURE_MEMORY_SWAP_PEAK, V2, 1, "memory", "memory.swap.peak", NULL},
    {FIGURE_OOM, V2, 1, "memory", "memory.events", "oom"},
    {FIGURE_OOM_KILL, V2, 1, "memory", "memory.events", "oom_kill"},
    {FIGURE_OOM_KILL, V1, 1, NULL, "memory.oom_control", "oom_kill"},
    {FIGURE_PIDS_CURRENT, EITHER, 1, "pids", "pids.current", NULL},
    {FIGURE_PIDS_PEAK, EITHER, 1, "pids", "pids.peak", NULL},
    {FIGURE_PRESSURE_CPU, V2, 1, NULL, "cpu.pressure", NULL},
    {FIGURE_PRESSURE_MEMORY, V2, 1, NULL, "memory.pressure", NULL},
    {FIGURE_PRESSURE_IO, V2, 1, NULL, "io.pressure", NULL},
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

static SELDOM char text[4096], controllers[1024];

static size_t read_file(int folder, const char *file, char *into, size_t size) {
  int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return 0;
  ssize_t got = read(fd, into, size);
  close(fd);
  return got > 0 ? (size_t)got : 0;
}

// Whether that word is in the text, whose words are parted by white space.
static bool has_word(const char *words, const char *word) {
  size_t len = strlen(word);
  for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
    if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\n' || at[len] == 0)) return true;
  return false;
}

// A file that is not there takes the kernel as long as one that is, so no such file is asked for.
static bool is_there(const struct source *source, bool v2) {
  if ((source->versions & (v2 ? V2 : V1)) == 0) return false;
  return !v2 || source->controller == NULL || has_word(controllers, source->controller);
}

static bool find(struct bytes content, const struct source *source, uint64_t *out) {
  bool found = source->key != NULL                        ? cgroup_key(content, source->key, out)
               : source->figure >= FIGURE_PRESSURE_CPU ? cgroup_pressure(content, out)
                                                       : cgroup_number(content, out);
  *out /= source->divisor;
  return found && *out <= FIGURE_MAX;
}

static void read_one(const struct cgroup *cgroup, struct cgroup_stats *out) {
  int folder = open(cgroup->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  if (cgroup->v2) controllers[read_file(folder, "cgroup.controllers", controllers, sizeof controllers - 1)] = 0;
  const char *file = "";
  struct bytes content = {0};
  for (size_t i = 0; i < sizeof SOURCES / sizeof SOURCES[0]; i++) {
    const struct source *source = &SOURCES[i];
    if (out->known[source->figure] || !is_there(source, cgroup->v2)) continue;
    if (strcmp(file, source->file) != 0)
      content = (struct bytes){(const uint8_t *)text, read_file(folder, file = source->file, text, sizeof text)};
    uint64_t figure = 0;
    if (!find(content, source, &figure)) continue;
    out->known[source->figure] = true;
    out->figure[source->figure] = figure;
  }
  close(folder);
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
