#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernel.h"

static int highest(int last) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 1048576) limit.rlim_cur = 1048576;
  return (rlim_t)last < limit.rlim_cur ? last : (int)limit.rlim_cur - 1;
}

void close_between(int first, int last) {
  if (first > last || range_close((unsigned)first, (unsigned)last, 0) == 0) return;
  for (int fd = first, end = highest(last); fd <= end; fd++) close(fd);
}

void mark_cloexec_between(int first, int last) {
  if (first > last || range_close((unsigned)first, (unsigned)last, CLOSE_RANGE_MARK) == 0) return;
  for (int fd = first, end = highest(last); fd <= end; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int move_fd(int fd, int to) {
  if (fd < 0 || fd == to) return fd;
  int moved = dup3(fd, to, O_CLOEXEC);
  int error = errno;
  close(fd);
  errno = error;
  return moved;
}

int spawner_fd(int fd) {
  if (fd < 0) return fd;
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, SPAWNER_FIRST);
  int error = errno;
  close(fd);
  errno = error;
  return moved;
}
