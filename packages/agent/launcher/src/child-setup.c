#include "child-setup.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "child-report.h"
#include "command.h"
#include "kernel.h"
#include "memory.h"

int child_nice(const struct child *child) {
  const struct setup *setup = &child->request->setup;
  if (!setup_has(setup, TAG_NICE) || setpriority(PRIO_PROCESS, 0, setup->nice) == 0) return 0;
  return child_failed(child, STAGE_NICE, errno);
}

static int by_id(const void *a, const void *b) {
  gid_t left = *(const gid_t *)a, right = *(const gid_t *)b;
  return (left > right) - (left < right);
}

struct group_set {
  gid_t ids[GROUPS_MAX]; // in rising order
  size_t count;
};

// But for the group itself: to have it as a supplementary one as well gives no more rights.
static bool all_in(const struct group_set *these, const struct group_set *those, gid_t group) {
  for (size_t i = 0; i < these->count; i++)
    if (these->ids[i] != group && bsearch(&these->ids[i], those->ids, those->count, sizeof group, by_id) == NULL) return false;
  return true;
}

static bool has_groups_already(struct group_set *asked, gid_t group) {
  static SELDOM struct group_set present;
  int got = getgroups(GROUPS_MAX, present.ids);
  if (got < 0) return false;
  present.count = (size_t)got;
  qsort(present.ids, present.count, sizeof group, by_id);
  qsort(asked->ids, asked->count, sizeof group, by_id);
  return all_in(asked, &present, group) && all_in(&present, asked, group);
}

static int set_groups(struct bytes groups, gid_t group) {
  static SELDOM struct group_set asked;
  while (take_u32(&groups, &asked.ids[asked.count])) asked.count++;
  if (setgroups(asked.count, asked.ids) == 0) return 0;
  int error = errno;
  // Without privileges a process may still be what it is.
  return has_groups_already(&asked, group) ? 0 : error;
}

// A pipe belongs to who made it, and the proc could not open /dev/stdout.
static void give_pipes(const struct child *child) {
  const struct setup *setup = &child->request->setup;
  int given = 0;
  for (size_t i = 0; i < child->request->captures; i++) given |= fchown(child->capture[i], setup->uid, setup->gid);
  for (size_t i = 0; i < child->request->pipes; i++) given |= fchown(child->pipe[i], setup->uid, setup->gid);
  (void)given; // it only matters to who opens them by name; the descriptors work all the same
}

int child_credentials(const struct child *child) {
  const struct setup *setup = &child->request->setup;
  if (!setup_has(setup, TAG_CREDENTIALS)) return 0;
  give_pipes(child);
  int error = set_groups(setup->groups, setup->gid);
  // The group while the user may still change it; real, effective and saved, so that there is no way back.
  if (error == 0 && setresgid(setup->gid, setup->gid, setup->gid) != 0) error = errno;
  if (error == 0 && setresuid(setup->uid, setup->uid, setup->uid) != 0) error = errno;
  return error == 0 ? 0 : child_failed(child, STAGE_CREDENTIALS, error);
}

static uint64_t bit_of(int signum) { return UINT64_C(1) << (signum - 1); }

int child_signals(const struct child *child) {
  const struct setup *setup = &child->request->setup;
  int failures = 0;
  for (int signum = 1; signum <= SIGNUM_LAST; signum++) {
    if ((setup->ignored & bit_of(signum)) == 0) continue;
    int error = signal_ignore(signum);
    if (error != 0) failures += child_failed(child, STAGE_SIGNALS, error);
  }
  // The kernel would leave these two out and say nothing.
  if ((setup->blocked & (bit_of(SIGKILL) | bit_of(SIGSTOP))) != 0) failures += child_failed(child, STAGE_SIGNALS, EINVAL);
  return failures;
}
