#ifndef PROCSTAR_PROCFS_H
#define PROCSTAR_PROCFS_H

#include <sys/types.h>

#include "bytes.h"

struct proc_stat {
  pid_t pid, ppid;
  char state;
  uint32_t flags;
  uint64_t threads;
  uint64_t start;   // ticks since boot
  uint64_t pending; // signals 1 to 31 that wait for the main thread
};

// Parses the text of /proc/PID/stat, whatever the name of the program holds. Pure.
bool proc_stat_parse(struct bytes text, struct proc_stat *out);

// Reads /proc/PID/NAME; the bytes read (at most `size`), or 0 when there is no such process or no such file.
size_t proc_read(pid_t pid, const char *name, char *buffer, size_t size);

bool proc_stat_read(pid_t pid, struct proc_stat *out);

// It has a SIGKILL or is past all signals already. A leader that ended while other threads live is not.
bool proc_dying(const struct proc_stat *stat);

#endif
