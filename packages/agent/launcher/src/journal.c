#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"

int journal_open(const char *path) {
  struct stat named, held;
  if (stat(path, &named) == 0 && fstat(FD_JOURNAL, &held) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino) return 0;
  // Never made here: records in a file that the agent does not have open would be read by nobody. Non-blocking, so that a fifo cannot stop the spawner; it is not a journal either.
  int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return errno;
  if (fstat(fd, &named) != 0 || !S_ISREG(named.st_mode)) {
    close(fd);
    return EINVAL;
  }
  return move_fd(fd, FD_JOURNAL) < 0 ? errno : 0;
}

bool journal_append(const char *line, size_t len) {
  ssize_t written;
  do written = write(FD_JOURNAL, line, len);
  while (written < 0 && errno == EINTR);
  return written == (ssize_t)len;
}
