#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child-exec.h"
#include "child-fds.h"
#include "child-report.h"
#include "child-setup.h"
#include "descriptors.h"
#include "journal.h"
#include "kernel.h"
#include "limits.h"
#include "memory.h"
#include "procfs.h"
#include "record.h"

void child_report(const struct child *child, struct report report) {
  // Below PIPE_BUF, so whole; the monitor reads all the time, and if it is gone so is this process.
  while (write(child->reports, &report, sizeof report) < 0 && errno == EINTR) {
  }
}

int child_failed(const struct child *child, enum stage stage, int error) {
  child_report(child, (struct report){.kind = REPORT_ERROR, .stage = (uint8_t)stage, .fd = -1, .error = error});
  return 1;
}

static void die_with_monitor(const struct child *child, int signum) {
  prctl(PR_SET_PDEATHSIG, signum);
  if (getppid() != child->monitor) _exit(SETUP_FAILED_EXIT); // it died before the call, so no signal will come
}

static void write_start_line(const struct child *child) {
  // Static, for the monitor's sake: its stack stays small. All of it is there for the longest paths only.
  static SELDOM char text[4096 + CGROUPS_MAX * 6 * (PATH_LONGEST + 1)];
  struct json line = {text, text + sizeof text, false};
  struct proc_stat own = {0};
  proc_stat_read(getpid(), &own);
  record_start(&line, &(struct start_record){
                          .id = child->request->id,
                          .monitor = child->monitor,
                          .pid = getpid(),
                          .monitor_start = child->monitor_start,
                          .pid_start = own.start,
                          .wall = child->wall,
                          .mono = child->mono,
                          .cgroups = child->cgroups,
                      });
  // Nothing is executed before it is written.
  while (!journal_append(text, (size_t)(line.at - text))) {
    nanosleep(&(struct timespec){.tv_sec = RETRY_MS / 1000}, NULL);
    // A limit of file sizes was met by this process, not by the proc, which must not get the signal for it.
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGXFSZ, SIG_DFL);
  }
  child_report(child, (struct report){.kind = REPORT_STARTED});
}

static void restore_oom_score(const struct child *child) {
  if (child->oom_score[0] == 0) return;
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, child->oom_score, strlen(child->oom_score)) < 0) { // raising it is always allowed: nothing to report
  }
  close(fd);
}

// Copies of the request's texts, ended with NUL.
struct arena {
  char *at;
};

static char *copy(struct arena *arena, struct bytes text) {
  char *start = arena->at;
  memcpy(start, text.at, text.len);
  start[text.len] = 0;
  arena->at += text.len + 1;
  return start;
}

static bool arena_make(struct arena *arena, char ***argv, char ***envp, const struct start_request *request) {
  // A field's header is longer than the NUL that its copy ends with, so all copies fit where all fields do.
  size_t pointers = (request->argc + request->envc + 2) * sizeof(char *);
  char *memory = mmap(NULL, pointers + request->fields.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  *argv = (char **)(void *)memory;
  *envp = *argv + request->argc + 1;
  arena->at = memory + pointers;
  return true;
}

static void execute(const struct child *child, struct arena *arena, char **argv, char **envp) {
  char *file = copy(arena, child->request->file);
  struct bytes fields = child->request->fields;
  struct field field;
  char **arg = argv, **env = envp;
  while (field_next(&fields, &field)) {
    if (field.tag == TAG_ARG) *arg++ = copy(arena, field.value);
    if (field.tag == TAG_ENV) *env++ = copy(arena, field.value);
  }
  // What may be executed is one file, so it is not for PATH to say which.
  bool search = child->request->setup.search && child->request->only.at == NULL;
  signals_block(child->request->setup.blocked);
  int error = search ? exec_searched(file, argv, envp) : exec_named(file, argv, envp);
  signals_block(SIGNALS_ALL);
  child_failed(child, STAGE_EXEC, error);
}

static bool same(struct bytes a, struct bytes b) { return a.len == b.len && memcmp(a.at, b.at, a.len) == 0; }

static int set_up_files(struct child *child, struct arena *arena) {
  const struct start_request *request = child->request;
  int failures = 0;
  if (request->cwd.at != NULL && chdir(copy(arena, request->cwd)) != 0) failures += child_failed(child, STAGE_CWD, errno);
  if (request->has_umask) umask((mode_t)request->umask);
  int error = child_fds_make_way(child);
  if (error != 0) return failures + child_failed(child, STAGE_FD, error);
  return failures + child_fds_apply(child);
}

static int set_up(struct child *child, struct arena *arena) {
  const struct start_request *request = child->request;
  int failures = 0;
  int entered = cgroups_enter(child->cgroups);
  perf_close(child->perf);
  if (entered != 0 && child->cgroups->optional) child_report(child, (struct report){.kind = REPORT_NO_CGROUP});
  else if (entered != 0) failures += child_failed(child, STAGE_CGROUP, entered);
  if (request->only.at != NULL && !same(request->only, request->file)) failures += child_failed(child, STAGE_RESTRICT, EACCES);
  failures += child_limits_raise(child);
  failures += child_nice(child);
  // No file is touched with rights that the proc is not to have.
  if (child_credentials(child) != 0) return failures + 1;
  // A change of credentials has taken it away.
  die_with_monitor(child, setup_has(&request->setup, TAG_PDEATH) ? request->setup.pdeath : SIGKILL);
  failures += set_up_files(child, arena);
  if (setsid() < 0) failures += child_failed(child, STAGE_SESSION, errno);
  failures += child_signals(child);
  return failures > 0 ? failures : child_limits_set(child);
}

_Noreturn void child_run(struct child *child) {
  const struct start_request *request = child->request;
  die_with_monitor(child, SIGKILL);
  write_start_line(child);
  restore_oom_score(child);
  close_between(FD_LOCK, FD_SIGNALS);
  for (size_t i = 0; i < child->monitors_count; i++) close(child->monitors[i]);
  struct arena arena;
  char **argv, **envp;
  if (!arena_make(&arena, &argv, &envp, request)) child_failed(child, STAGE_EXEC, ENOMEM);
  else if (set_up(child, &arena) == 0) execute(child, &arena, argv, envp);
  _exit(SETUP_FAILED_EXIT);
}
