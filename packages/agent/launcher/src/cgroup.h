// The cgroups of one proc: one below each parent that the request names, made before the proc starts and removed after the last of its tree.
#ifndef PROCSTAR_CGROUP_H
#define PROCSTAR_CGROUP_H

#include <sys/types.h>

#include "limits.h"
#include "monitor.h"
#include "request.h"

struct cgroup {
  const char *path; // NULL: not made, or removed again
  bool v2;
  bool entered; // the child was born in it
  int entry;    // v2: the folder; v1: cgroup.procs for writing. -1 once the child has been forked
};

struct cgroups {
  struct cgroup at[CGROUPS_MAX];
  size_t count;
  int events; // cgroup.events of the first one of v2, -1 where there is none
  bool optional; // no setting was asked for, so a proc can do without
  // Why they cannot be used: errno (0: they can) and the file.
  int error;
  struct bytes failed;
};

#define CGROUPS_NONE ((struct cgroups){.events = -1})

// Makes them and writes the settings, each into the first cgroup that has such a file. After an error nothing is left, `error` and `failed` say why;
// where they are optional there is none instead.
void cgroups_make(struct cgroups *cgroups, const struct start_request *request, const struct monitor_origin *origin);

// fork(2), into those of v2 where the kernel can.
pid_t cgroups_fork(struct cgroups *cgroups);

// In the child: enters those that it was not born in. 0 or errno; closes all that is the monitor's.
int cgroups_enter(struct cgroups *cgroups);

// In the monitor, after the fork: what was for the child is closed.
void cgroups_entered(struct cgroups *cgroups);

// In the monitor: goes on without them.
void cgroups_drop(struct cgroups *cgroups);

// Whether the kernel says that there is a process in it; false where there is none of v2, which could say so.
bool cgroups_populated(const struct cgroups *cgroups);

// There is one of v2, whose word about emptiness counts.
static inline bool cgroups_prove(const struct cgroups *cgroups) { return cgroups->events >= 0; }

// SIGKILLs everything in it at once, whatever forks meanwhile. False where there is no cgroup.kill (v1, Linux before 5.14).
bool cgroups_kill(const struct cgroups *cgroups);

// Removes them, and what the proc made below them. False while something is left.
bool cgroups_remove(struct cgroups *cgroups);

#endif
