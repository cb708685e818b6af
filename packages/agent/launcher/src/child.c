#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child-fds.h"
#include "child-report.h"
#include "descriptors.h"
#include "journal.h"
#include "kernel.h"
#include "limits.h"
#include "procfs.h"
#include "record.h"

void child_report(const struct child *child, struct report report) {
  // Below PIPE_BUF, so whole; the monitor reads all the time, and if it is gone so is this process.
  while (write(child->reports, &report, sizeof report) < 0 && errno == EINTR) {
  }
}

static int failed(const struct child *child, enum stage stage, int error) {
  child_report(child, (struct report){.kind = REPORT_ERROR, .stage = (uint8_t)stage, .fd = -1, .error = error});
  return 1;
}

static void die_with_monitor(const struct child *child) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != child->monitor) _exit(SETUP_FAILED_EXIT); // it died before the call, so no signal will come
}

static void write_start_line(const struct child *child) {
  char text[4096];
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

static int execute(const struct child *child, struct arena *arena, char **argv, char **envp) {
  char *file = copy(arena, child->request->file);
  struct bytes fields = child->request->fields;
  struct field field;
  char **arg = argv, **env = envp;
  while (field_next(&fields, &field)) {
    if (field.tag == TAG_ARG) *arg++ = copy(arena, field.value);
    if (field.tag == TAG_ENV) *env++ = copy(arena, field.value);
  }
  signals_block(0);
  execve(file, argv, envp);
  int error = errno;
  signals_block(SIGNALS_ALL);
  return failed(child, STAGE_EXEC, error);
}

static bool same(struct bytes a, struct bytes b) { return a.len == b.len && memcmp(a.at, b.at, a.len) == 0; }

_Noreturn void child_run(struct child *child) {
  const struct start_request *request = child->request;
  die_with_monitor(child);
  write_start_line(child);
  restore_oom_score(child);
  close_between(FD_LOCK, SPAWNER_FIRST - 1);
  for (size_t i = 0; i < child->monitors_count; i++) close(child->monitors[i]);
  struct arena arena;
  char **argv, **envp;
  if (!arena_make(&arena, &argv, &envp, request)) {
    failed(child, STAGE_EXEC, ENOMEM);
    _exit(SETUP_FAILED_EXIT);
  }
  int failures = 0;
  if (request->only.at != NULL && !same(request->only, request->file)) failures += failed(child, STAGE_RESTRICT, EACCES);
  if (request->cwd.at != NULL && chdir(copy(&arena, request->cwd)) != 0) failures += failed(child, STAGE_CWD, errno);
  if (request->has_umask) umask((mode_t)request->umask);
  int error = child_fds_make_way(child);
  if (error != 0) failures += failed(child, STAGE_FD, error);
  else failures += child_fds_apply(child);
  if (setsid() < 0) failures += failed(child, STAGE_SESSION, errno);
  if (failures == 0) execute(child, &arena, argv, envp);
  _exit(SETUP_FAILED_EXIT);
}
