#include "child-fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "child-report.h"
#include "descriptors.h"

// The numbers that actions name, as target or as source, in rising order, and whether as target.
struct named {
  int fd;
  bool target;
};
static struct named named[2 * ACTIONS_MAX];
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

static int apply(const struct fd_action *action, int capture) {
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
      return dup2(capture, action->fd) < 0 ? errno : 0;
    default:
      return put_at(open("/dev/null", O_RDONLY | O_CLOEXEC), action->fd);
  }
}

static void close_the_rest(void) {
  int from = 3;
  for (size_t i = 0; i < named_count; i++) {
    if (!named[i].target || named[i].fd < from) continue;
    mark_cloexec_between(from, named[i].fd - 1);
    from = named[i].fd + 1;
  }
  mark_cloexec_between(from, INT32_MAX);
}

int child_fds_apply(struct child *child) {
  struct bytes fields = child->request->fields;
  struct fd_action action;
  size_t capture = 0;
  int failed = 0;
  while (next_action(&fields, &action)) {
    int error = apply(&action, action.kind == FD_CAPTURE ? child->capture[capture++] : -1);
    if (error == 0) continue;
    child_report(child, (struct report){.kind = REPORT_ERROR, .stage = STAGE_FD, .fd = action.fd, .error = error});
    failed++;
  }
  close_the_rest();
  return failed;
}
