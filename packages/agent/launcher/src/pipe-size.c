#include "pipe-size.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { USUAL_MAX = 1024 * 1024 };

static int largest(void) {
  char text[24];
  int fd = open("/proc/sys/fs/pipe-max-size", O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  if (got <= 0) return USUAL_MAX;
  text[got] = 0;
  long size = strtol(text, NULL, 10);
  return size < PIPE_SMALL ? PIPE_SMALL : size > INT_MAX / 2 ? INT_MAX / 2 : (int)size;
}

void pipe_grow(int pipe) {
  // All pipes of a user count together (pipe-user-pages-soft): what is left may be less.
  for (int size = largest(); size > PIPE_SMALL; size /= 2)
    if (fcntl(pipe, F_SETPIPE_SZ, size) >= 0) return;
}
