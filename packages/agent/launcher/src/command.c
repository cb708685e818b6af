#include "command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "kernel.h"
#include "procfs.h"

int pidfd_of_monitor(pid_t monitor, uint64_t start) {
  int pidfd = monitor > 0 ? pidfd_of(monitor) : -1;
  if (pidfd < 0) {
    if (monitor <= 0 || errno == EINVAL) errno = ESRCH; // EINVAL: the pid of a thread
    return -1;
  }
  struct proc_stat stat;
  // Read after the pidfd was had: with this start time it is of the same process.
  if (proc_stat_read(monitor, &stat) && stat.start == start && stat.state != 'Z' && stat.state != 'X') return pidfd;
  close(pidfd);
  errno = ESRCH;
  return -1;
}

int command_send(pid_t monitor, uint64_t start, struct command command) {
  if (command.what > COMMAND_STOP_TREE || command.signum < 1 || command.signum > SIGNUM_LAST) return EINVAL;
  int pidfd = pidfd_of_monitor(monitor, start);
  if (pidfd < 0) return errno;
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = COMMAND_SIGNAL;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_ptr = (void *)(uintptr_t)command_pack(command);
  int error = pidfd_signal(pidfd, COMMAND_SIGNAL, &info) == 0 ? 0 : errno;
  close(pidfd);
  return error;
}
