#include "child-fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child-report.h"
#include "descriptors.h"
#include "memory.h"

// memfd_create(2), Linux 6.3
enum { MEMFD_NOEXEC_SEAL = 8 };

// The numbers that actions name, as target or as source, in rising order, and whether as target.
struct named {
  int fd;
  bool target;
};
static SELDOM struct named named[2 * ACTIONS_MAX];
static size_t named_count;

static int by_number(const void *a, const void *b) {
  int left = ((const struct named *)a)->fd, right = ((const struct named *)b)->fd;
  return (left > right) - (left < right);
}

static bool next_action(struct bytes *fields, struct fd_action *action) {
  struct field field;
  while (field_next(fields, &field))
    if (field.tag == TAG_FD) return fd_action_parse(field.value, action);
  return false;
}

static void collect_named(const struct start_request *request) {
  struct bytes fields = request->fields;
  struct fd_action action;
  while (next_action(&fields, &action)) {
    named[named_count++] = (struct named){action.fd, true};
    if (action.kind == FD_DUP) named[named_count++] = (struct named){action.from, false};
  }
  qsort(named, named_count, sizeof named[0], by_number);
}

static bool is_named(int fd) {
  struct named key = {fd, false};
  return bsearch(&key, named, named_count, sizeof named[0], by_number) != NULL;
}

static int out_of_the_way(int *fd) {
  int moved = *fd;
  while (is_named(moved)) {
    int next = fcntl(*fd, F_DUPFD_CLOEXEC, moved + 1);
    int error = errno;
    if (moved != *fd) close(moved);
    if (next < 0) return error;
    moved = next;
  }
  if (moved != *fd) close(*fd);
  *fd = moved;
  return 0;
}

int child_fds_make_way(struct child *child) {
  collect_named(child->request);
  int error = out_of_the_way(&child->reports);
  for (size_t i = 0; error == 0 && i < child->request->captures; i++) error = out_of_the_way(&child->capture[i]);
  for (size_t i = 0; error == 0 && i < child->request->pipes; i++) error = out_of_the_way(&child->pipe[i]);
  return error;
}

static int put_at(int opened, int fd) {
  if (opened < 0) return errno;
  if (opened == fd) return fcntl(fd, F_SETFD, 0) < 0 ? errno : 0;
  int error = dup2(opened, fd) < 0 ? errno : 0;
  close(opened);
  return error;
}

static int open_at(struct bytes path, int flags, mode_t mode, int fd) {
  char text[PATH_LONGEST + 1];
  if (path.len > PATH_LONGEST) return ENAMETOOLONG;
  memcpy(text, path.at, path.len);
  text[path.len] = 0;
  int opened;
  do opened = open(text, flags | O_CLOEXEC | O_NOCTTY, mode);
  while (opened < 0 && errno == EINTR);
  return put_at(opened, fd);
}

static int make_memory(void) {
  // Where the kernel wants to be told that nobody will execute it, and where it does not know of that yet.
  int fd = memfd_create("procstar-data", MFD_CLOEXEC | MEMFD_NOEXEC_SEAL);
  return fd >= 0 || errno != EINVAL ? fd : memfd_create("procstar-data", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

static int fill(int fd, struct bytes data) {
  for (size_t done = 0; done < data.len;) {
    ssize_t written = write(fd, data.at + done, data.len - done);
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) done += (size_t)written;
  }
  int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  return lseek(fd, 0, SEEK_SET) == 0 && fcntl(fd, F_ADD_SEALS, seals) == 0 ? 0 : errno;
}

// In memory, so that neither side ever waits for the other.
static int put_data(struct bytes data, int fd) {
  if (data.len == 0) return put_at(open("/dev/null", O_RDONLY | O_CLOEXEC), fd);
  int memory = make_memory();
  int error = memory < 0 ? errno : fill(memory, data);
  if (error == 0) return put_at(memory, fd);
  if (memory >= 0) close(memory);
  return error;
}

static int apply(const struct fd_action *action, int own) {
  switch (action->kind) {
    case FD_INHERIT:
      return 0;
    case FD_CLOSE:
      return close(action->fd) < 0 ? errno : 0;
    case FD_OPEN:
      return open_at(action->path, (int)action->flags, (mode_t)action->mode, action->fd);
    case FD_DUP:
      return action->from == action->fd || dup2(action->from, action->fd) >= 0 ? 0 : errno;
    case FD_CAPTURE:
    case FD_PIPE:
      return dup2(own, action->fd) < 0 ? errno : 0;
    default:
      return put_data(action->data, action->fd);
  }
}

static void close_the_rest(void) {
  int from = 3;
  for (size_t i = 0; i < named_count; i++) {
    if (!named[i].target || named[i].fd < from) continue;
    mark_cloexec_between(from, named[i].fd - 1);
    if (named[i].fd == INT32_MAX) return;
    from = named[i].fd + 1;
  }
  mark_cloexec_between(from, INT32_MAX);
}

int child_fds_apply(struct child *child) {
  struct bytes fields = child->request->fields;
  struct fd_action action;
  size_t capture = 0, pipe = 0;
  int failed = 0;
  while (next_action(&fields, &action)) {
    int own = -1;
    if (action.kind == FD_CAPTURE) own = child->capture[capture++];
    if (action.kind == FD_PIPE) own = child->pipe[pipe++];
    int error = apply(&action, own);
    if (error == 0) continue;
    child_report(child, (struct report){.kind = REPORT_ERROR, .stage = STAGE_FD, .fd = action.fd, .error = error});
    failed++;
  }
  if (!child->request->setup.keep_inherited) close_the_rest();
  return failed;
}
