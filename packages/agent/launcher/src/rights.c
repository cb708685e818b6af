#include "rights.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "limits.h"
#include "memory.h"

// Static, so that a page is resident only once it is used.
static SELDOM struct rights {
  uid_t uid;
  gid_t gid;
  gid_t groups[GROUPS_MAX];
  size_t count;
} user, own;

static bool given;

void rights_keep(const struct setup *setup) {
  given = setup_has(setup, TAG_CREDENTIALS);
  if (!given) return;
  struct bytes groups = setup->groups;
  user.uid = setup->uid;
  user.gid = setup->gid;
  while (user.count < GROUPS_MAX && take_u32(&groups, &user.groups[user.count])) user.count++;
}

static bool is_own(const struct rights *rights) { return rights->uid == own.uid && rights->gid == own.gid; }

// The calls say what was before, and nothing of failing: only another call shows.
static int take_on(const struct rights *rights) {
  if (setgroups(rights->count, rights->groups) != 0 && !(errno == EPERM && is_own(rights))) return errno;
  setfsgid(rights->gid);
  setfsuid(rights->uid);
  bool taken = (gid_t)setfsgid((gid_t)-1) == rights->gid && (uid_t)setfsuid((uid_t)-1) == rights->uid;
  return taken ? 0 : EPERM;
}

static bool note_own(void) {
  int count = getgroups(GROUPS_MAX, own.groups);
  if (count < 0) return false;
  own.count = (size_t)count;
  own.uid = geteuid();
  own.gid = getegid();
  return true;
}

// Not by real and effective ids: with those the proc's user could signal or trace the monitor meanwhile.
int rights_open(const char *path, int flags, mode_t mode) {
  if (!given) return open(path, flags, mode);
  if (!note_own()) return -1;
  int error = take_on(&user);
  int file = error == 0 ? open(path, flags, mode) : -1;
  if (error == 0 && file < 0) error = errno;
  setfsuid(own.uid);
  int back = take_on(&own);
  // What is opened later would be opened as somebody else.
  if (back != 0) _exit(1);
  errno = error;
  return file;
}
