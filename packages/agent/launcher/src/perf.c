#include "perf.h"

#include <sys/syscall.h>
#include <unistd.h>

// Of linux/perf_event.h, which a C library may come without.
enum { TYPE_HARDWARE = 0, TYPE_SOFTWARE = 1 };
enum { HARDWARE_CYCLES = 0, HARDWARE_INSTRUCTIONS = 1, HARDWARE_CACHE_MISSES = 3 };
enum { SOFTWARE_TASK_CLOCK = 1, SOFTWARE_PAGE_FAULTS = 2, SOFTWARE_CONTEXT_SWITCHES = 3, SOFTWARE_CPU_MIGRATIONS = 4 };
enum { FORMAT_ENABLED = 1, FORMAT_RUNNING = 2, FLAG_CLOEXEC = 8 };
enum { DISABLED = 1, INHERIT = 1 << 1, EXCLUDE_KERNEL = 1 << 5, EXCLUDE_HYPERVISOR = 1 << 6, ENABLE_ON_EXEC = 1 << 12 };

struct attributes { // its first version
  uint32_t type, size;
  uint64_t config, sample_period, sample_type, read_format, flags;
  uint32_t wakeup_events, breakpoint_type;
  uint64_t config1;
};
_Static_assert(sizeof(struct attributes) == 64, "the kernel's layout");

static const struct event {
  const char *name; // as perf-stat(1) has it
  const char *user_name; // where only user mode can be counted; NULL: that would always be 0
  uint32_t type;
  uint64_t config;
} EVENTS[PERF_EVENTS] = {
    {"task-clock", "task-clock", TYPE_SOFTWARE, SOFTWARE_TASK_CLOCK}, // does not know modes
    {"context-switches", NULL, TYPE_SOFTWARE, SOFTWARE_CONTEXT_SWITCHES},
    {"cpu-migrations", NULL, TYPE_SOFTWARE, SOFTWARE_CPU_MIGRATIONS},
    {"page-faults", "page-faults:u", TYPE_SOFTWARE, SOFTWARE_PAGE_FAULTS},
    {"cycles", "cycles:u", TYPE_HARDWARE, HARDWARE_CYCLES},
    {"instructions", "instructions:u", TYPE_HARDWARE, HARDWARE_INSTRUCTIONS},
    {"cache-misses", "cache-misses:u", TYPE_HARDWARE, HARDWARE_CACHE_MISSES},
};

static int event_open(const struct event *event, bool user) {
  struct attributes attributes = {
      .type = event->type,
      .size = sizeof attributes,
      .config = event->config,
      .read_format = FORMAT_ENABLED | FORMAT_RUNNING,
      // Started by an exec: this process never executes anything, so its own counter stays off.
      .flags = DISABLED | INHERIT | ENABLE_ON_EXEC | (user ? EXCLUDE_KERNEL | EXCLUDE_HYPERVISOR : 0),
  };
  return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, FLAG_CLOEXEC);
}

void perf_open(struct perf *perf) {
  perf->open = true;
  for (int i = 0; i < PERF_EVENTS; i++) {
    perf->fd[i] = event_open(&EVENTS[i], false);
    perf->user[i] = perf->fd[i] < 0 && EVENTS[i].user_name != NULL;
    if (perf->user[i]) perf->fd[i] = event_open(&EVENTS[i], true);
  }
}

void perf_close(struct perf *perf) {
  for (int i = 0; perf->open && i < PERF_EVENTS; i++)
    if (perf->fd[i] >= 0) close(perf->fd[i]);
  perf->open = false;
}

// False for what never counted: nothing was executed, or the counter had no room in the processor.
static bool count(int fd, uint64_t *out) {
  struct {
    uint64_t value, enabled, running; // ns
  } reading;
  if (fd < 0 || read(fd, &reading, sizeof reading) != (ssize_t)sizeof reading || reading.running == 0) return false;
  // Counters that take turns have seen only a part.
  *out = reading.running >= reading.enabled ? reading.value : (uint64_t)((double)reading.value * ((double)reading.enabled / (double)reading.running));
  return true;
}

void perf_record(struct json *out, const struct perf *perf) {
  if (!perf->open) return;
  json_text(out, ",\"perf\":{");
  bool first = true;
  for (int i = 0; i < PERF_EVENTS; i++) {
    uint64_t value;
    if (!count(perf->fd[i], &value)) continue;
    json_text(out, first ? "\"" : ",\"");
    json_text(out, perf->user[i] ? EVENTS[i].user_name : EVENTS[i].name);
    json_text(out, "\":");
    json_u64(out, value);
    first = false;
  }
  json_text(out, "}");
}
