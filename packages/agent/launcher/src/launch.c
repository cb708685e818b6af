#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "descriptors.h"

// Makes the pipe from child to monitor: whole pieces, never blocking the monitor.
static int make_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  *read_end = ends[0];
  *write_end = ends[1];
  return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

static struct report failure(enum stage stage, int fd, int error) {
  return (struct report){.kind = REPORT_ERROR, .stage = (uint8_t)stage, .fd = fd, .error = error};
}

// Pipes for the reports and each capture. The error of the first that cannot be made, or one with errno 0.
static struct report make_pipes(struct child *child, struct launched *launched, struct pump *pump) {
  int error = make_pipe(&launched->reports, &child->reports);
  if (error != 0) return failure(STAGE_FORK, -1, error);
  child->monitors[child->monitors_count++] = launched->reports;
  for (size_t i = 0; i < pump->count; i++) {
    error = make_pipe(&pump->capture[i].pipe, &child->capture[i]);
    if (error != 0) return failure(STAGE_FD, pump->capture[i].fd, error);
    child->monitors[child->monitors_count++] = pump->capture[i].pipe;
  }
  return failure(STAGE_FORK, -1, 0);
}

static void drop_descriptors(const struct child *child, const struct monitor_origin *origin, size_t captures) {
  if (child->reports >= 0) close(child->reports);
  for (size_t i = 0; i < captures; i++)
    if (child->capture[i] >= 0) close(child->capture[i]);
  if (child->request->pipes > 0) close_between(FD_PIPES, FD_PIPES + (int)child->request->pipes - 1);
  for (size_t i = 0; i < origin->inherited_count; i++) close(origin->inherited[i]);
#ifdef __SANITIZE_ADDRESS__
  int last = 1; // a sanitizer has its say on 2
#else
  int last = 2;
#endif
  for (int fd = 0; fd <= last; fd++) dup2(FD_NULL, fd);
}

struct launched launch(const struct start_request *request, const struct monitor_origin *origin, struct pump *pump, struct cgroups *cgroups, struct perf *perf) {
  struct launched launched = {.reports = -1};
  struct child child = {.request = request, .monitor = origin->pid, .monitor_start = origin->start, .reports = -1, .oom_score = origin->oom_score, .cgroups = cgroups, .perf = perf};
  for (size_t i = 0; i < pump->count; i++) child.capture[i] = -1;
  for (size_t i = 0; i < request->pipes; i++) child.pipe[i] = FD_PIPES + (int)i;
  launched.error = failure(STAGE_CGROUP, -1, cgroups->error);
  if (cgroups->error == 0) launched.error = make_pipes(&child, &launched, pump);
  launched.wall = child.wall = clock_ns(CLOCK_REALTIME);
  launched.mono = child.mono = clock_ns(CLOCK_MONOTONIC);
  if (launched.error.error == 0) {
    pid_t pid = cgroups_fork(cgroups);
    if (pid == 0) child_run(&child);
    if (pid > 0) launched.pid = pid;
    else launched.error.error = errno;
  }
  drop_descriptors(&child, origin, pump->count);
  cgroups_entered(cgroups);
  munmap(origin->input, origin->input_size);
  return launched;
}
