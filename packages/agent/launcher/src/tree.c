#include "tree.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "descendants.h"
#include "kernel.h"
#include "procfs.h"

struct signalling {
  int signum;
  struct tree_pass pass;
};

static bool is_descendant(const struct proc_stat *stat, pid_t parent) { return stat->ppid == parent || stat->ppid == getpid(); }

static void send(int pidfd, struct signalling *signalling) {
  int signum = signalling->signum;
  if (signum == 0) return;
  if (pidfd_signal(pidfd, signum, NULL) == 0) {
    signalling->pass.signalled++;
    if (signum != SIGKILL && signum != SIGCONT) pidfd_signal(pidfd, SIGCONT, NULL);
  } else if (errno == EPERM) {
    signalling->pass.refused++;
  }
}

static void visit(struct descendant found, void *context) {
  struct signalling *signalling = context;
  struct tree_pass *pass = &signalling->pass;
  pass->found++;
  int pidfd = pidfd_of(found.pid);
  if (pidfd < 0) return;
  struct proc_stat stat;
  // Read after the pidfd was had: if it is a descendant's, so is the pidfd, or the pidfd is of one that is gone.
  if (proc_stat_read(found.pid, &stat) && is_descendant(&stat, found.parent)) {
    if (proc_dying(&stat)) pass->dying++;
    else pass->alive++, send(pidfd, signalling);
  }
  close(pidfd);
}

struct tree_pass tree_signal(int signum) {
  struct signalling signalling = {.signum = signum};
  descendants_each(visit, &signalling, signum == SIGKILL);
  return signalling.pass;
}
