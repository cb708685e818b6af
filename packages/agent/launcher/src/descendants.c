#include "descendants.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "procfs.h"

// Untouched, so not resident, until there is a tree to look at.
static SELDOM struct descendant found[DESCENDANTS_MAX];
static size_t found_count;
static void (*visit_at_once)(struct descendant, void *); // NULL: later
static void *visit_context;

static void add(pid_t pid, pid_t parent) {
  if (found_count == DESCENDANTS_MAX) return;
  found[found_count++] = (struct descendant){pid, parent};
  if (visit_at_once != NULL) visit_at_once(found[found_count - 1], visit_context);
}

static pid_t number(const char *text) {
  pid_t value = 0;
  for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (*text - '0');
  return *text == 0 ? value : 0;
}

struct linux_dirent64 {
  uint64_t inode;
  int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[];
};

// Each entry of a folder whose name is a number. Without opendir, which would allocate.
static bool each_number(const char *path, void (*visit)(pid_t, void *), void *context) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  _Alignas(struct linux_dirent64) char buffer[4096];
  long got;
  while ((got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (long at = 0; at < got;) {
      const struct linux_dirent64 *entry = (const void *)(buffer + at);
      pid_t value = number(entry->name);
      if (value > 0) visit(value, context);
      at += entry->size;
    }
  close(fd);
  return true;
}

#ifndef DESCENDANTS_BY_SCAN
static void add_listed(int fd, pid_t parent) {
  char buffer[1024];
  pid_t value = 0;
  ssize_t got;
  while ((got = read(fd, buffer, sizeof buffer)) > 0)
    for (ssize_t i = 0; i < got; i++) {
      if (buffer[i] >= '0' && buffer[i] <= '9') {
        value = value * 10 + (buffer[i] - '0');
      } else if (value > 0) {
        add(value, parent);
        value = 0;
      }
    }
}

struct reading {
  pid_t process;
  bool supported;
};

static void add_children_of_thread(pid_t thread, void *context) {
  struct reading *reading = context;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)reading->process, (int)thread);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  reading->supported = true;
  add_listed(fd, reading->process);
  close(fd);
}

static bool add_children(pid_t process) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)process);
  struct reading reading = {process, false};
  return each_number(path, add_children_of_thread, &reading) && reading.supported;
}

// By the kernel's lists of children, in time proportional to the tree. False where the kernel has none (CONFIG_PROC_CHILDREN).
static bool find_by_lists(void) {
  if (!add_children(getpid())) return false;
  for (size_t i = 0; i < found_count; i++) add_children(found[i].pid);
  return true;
}
#else
static bool find_by_lists(void) { return false; }
#endif

enum { PROCESSES_MAX = 65536 };
static SELDOM struct descendant processes[PROCESSES_MAX];
static size_t process_count;

static void add_process(pid_t pid, void *context) {
  (void)context;
  struct proc_stat stat;
  if (!proc_stat_read(pid, &stat)) return;
  if (stat.ppid == getpid()) add(pid, stat.ppid);
  else if (process_count < PROCESSES_MAX) processes[process_count++] = (struct descendant){pid, stat.ppid};
}

static void add_children_of(pid_t parent) {
  for (size_t i = 0; i < process_count; i++)
    if (processes[i].parent == parent) add(processes[i].pid, parent);
}

// By every process of the host.
static void find_by_scan(void) {
  process_count = 0;
  each_number("/proc", add_process, NULL);
  for (size_t i = 0; i < found_count; i++) add_children_of(found[i].pid);
}

void descendants_each(void (*visit)(struct descendant, void *), void *context, bool at_once) {
  found_count = 0;
  visit_at_once = at_once ? visit : NULL;
  visit_context = context;
  if (!find_by_lists()) find_by_scan();
  for (size_t i = 0; !at_once && i < found_count; i++) visit(found[i], context);
}
