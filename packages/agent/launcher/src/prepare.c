#include "prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "command.h"
#include "kernel.h"
#include "procfs.h"

static void default_signals(void) {
  for (int signum = 1; signum <= SIGNUM_LAST; signum++) signal_default(signum);
  signals_block(SIGNALS_ALL);
}

static bool is_own(int fd, int stdin_fd, int stdout_fd) { return fd == stdin_fd || fd == stdout_fd; }

static void note_inherited(struct prepared *prepared, int stdin_fd, int stdout_fd) {
  for (int fd = 3; fd < OWN_FIRST; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || is_own(fd, stdin_fd, stdout_fd)) continue;
    prepared->inherited[prepared->inherited_count++] = (uint8_t)fd;
  }
}

static bool put_standard(int given, int fd) {
  int from = given < 0 ? FD_NULL : given;
  return dup2(from, fd) >= 0;
}

static bool open_signals(void) {
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGCHLD);
  sigaddset(&taken, COMMAND_SIGNAL);
  return move_fd(signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK), FD_SIGNALS) >= 0;
}

// Monitors inherit it; each proc is given back what there was.
static void protect_from_oom(struct prepared *prepared) {
  int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t got = read(fd, prepared->oom_score, sizeof prepared->oom_score - 1);
  if (got <= 0 || write(fd, "-1000", 5) != 5) memset(prepared->oom_score, 0, sizeof prepared->oom_score);
  close(fd);
}

static bool kernel_is_new_enough(void) {
  int pidfd = pidfd_of(getpid());
  if (pidfd >= 0) close(pidfd);
  return pidfd >= 0;
}

const char *prepare(struct prepared *prepared, const char *lock_file, int stdin_fd, int stdout_fd) {
  *prepared = (struct prepared){0};
  struct proc_stat own;
  default_signals();
  close_between(OWN_FIRST, INT_MAX);
  note_inherited(prepared, stdin_fd, stdout_fd);
  if (move_fd(open("/dev/null", O_RDWR | O_CLOEXEC), FD_NULL) < 0) return "/dev/null, or the limit of open files";
  if (fcntl(2, F_GETFD) < 0 && dup2(FD_NULL, 2) < 0) return "/dev/null";
  if (!proc_stat_read(getpid(), &own)) return "/proc";
  if (!kernel_is_new_enough()) return "pidfd_open (needs Linux 5.3)";
  if (!open_signals()) return "signalfd";
  int lock = open(lock_file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  if (move_fd(lock, FD_LOCK) < 0) return lock_file;
  prepared->requests = fcntl(0, F_DUPFD_CLOEXEC, SPAWNER_FIRST);
  prepared->replies = fcntl(1, F_DUPFD_CLOEXEC, SPAWNER_FIRST);
  if (prepared->requests < 0 || prepared->replies < 0) return "the pipes on 0 and 1";
  if (!put_standard(stdin_fd, 0)) return "STDIN";
  if (!put_standard(stdout_fd, 1)) return "STDOUT";
  if (stdin_fd > 2) close(stdin_fd);
  if (stdout_fd > 2 && stdout_fd != stdin_fd) close(stdout_fd);
  setsid(); // fails for a leader of a group, which a terminal's signals do not reach by accident
  protect_from_oom(prepared);
  return NULL;
}
