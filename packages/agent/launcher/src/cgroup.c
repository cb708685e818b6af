#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cgroup-text.h"
#include "kept.h"
#include "kernel.h"
#include "memory.h"

enum { MAGIC_V1 = 0x27e0eb, MAGIC_V2 = 0x63677270, NR_CLONE3 = 435, DEPTH_MAX = 16 };
#define CLONE_INTO 0x200000000U // CLONE_INTO_CGROUP

static SELDOM char below[PATH_LONGEST + 1];
static char failed_name[SETTING_NAME_MAX + 1];

static uint64_t mixed(uint64_t hash, struct bytes text) {
  for (size_t i = 0; i < text.len; i++) hash = (hash ^ text.at[i]) * 1099511628211U;
  return (hash ^ 0xff) * 1099511628211U;
}

// The monitor's pid and start time are no other's at this time in this pid namespace; the rest tells namespaces that share a parent apart.
static void put_name(char *at, size_t size, const struct start_request *request, const struct monitor_origin *origin) {
  uint64_t hash = mixed(mixed(14695981039346656037U, request->journal), request->id);
  snprintf(at, size, "/procstar-%d-%llu-%016llx", (int)origin->pid, (unsigned long long)origin->start, (unsigned long long)hash);
}

static int open_below(const struct cgroup *cgroup, const char *file, int flags) {
  char path[PATH_LONGEST + 1];
  if (snprintf(path, sizeof path, "%s/%s", cgroup->path, file) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int fd;
  do fd = open(path, flags | O_CLOEXEC | O_NOCTTY);
  while (fd < 0 && errno == EINTR);
  return fd;
}

static void fail(struct cgroups *cgroups, int error, struct bytes failed) {
  cgroups->error = error;
  cgroups->failed = failed;
}

static struct bytes text_of(const char *text) { return (struct bytes){(const uint8_t *)text, strlen(text)}; }

// The folder, and the way in; `path` is the parent's until `name` has been put at its end. 0 or errno.
static int make(struct cgroup *cgroup, char *path, const char *name) {
  struct statfs kind;
  if (statfs(path, &kind) != 0) return errno;
  if (kind.f_type != MAGIC_V1 && kind.f_type != MAGIC_V2) return ENOTSUP;
  strcat(path, name);
  if (strlen(path) + SETTING_NAME_MAX >= PATH_LONGEST) return ENAMETOOLONG;
  if (mkdir(path, 0755) != 0) return errno;
  *cgroup = (struct cgroup){.path = path, .v2 = kind.f_type == MAGIC_V2, .entry = -1};
  cgroup->entry = cgroup->v2 ? open_below(cgroup, ".", O_RDONLY | O_DIRECTORY) : open_below(cgroup, "cgroup.procs", O_WRONLY);
  return cgroup->entry < 0 ? errno : 0;
}

static bool make_below(struct cgroups *cgroups, struct bytes parent, const struct start_request *request, const struct monitor_origin *origin) {
  char name[CGROUP_NAME_MAX];
  put_name(name, sizeof name, request, origin);
  char *path = kept_take(parent.len + strlen(name) + 1);
  memcpy(path, parent.at, parent.len);
  path[parent.len] = 0;
  struct cgroup *cgroup = &cgroups->at[cgroups->count];
  int error = make(cgroup, path, name);
  if (cgroup->path != NULL) cgroups->count++;
  if (error != 0) fail(cgroups, error, text_of(path));
  return error == 0;
}

static int write_setting(const struct cgroup *cgroup, const char *file, struct bytes value) {
  int fd = open_below(cgroup, file, O_WRONLY);
  if (fd < 0) return errno;
  ssize_t written;
  do written = write(fd, value.at, value.len);
  while (written < 0 && errno == EINTR);
  int error = written == (ssize_t)value.len ? 0 : written < 0 ? errno : EIO;
  close(fd);
  return error;
}

static bool set(struct cgroups *cgroups, struct cgroup_setting setting) {
  memcpy(failed_name, setting.file.at, setting.file.len);
  failed_name[setting.file.len] = 0;
  int error = ENOENT;
  for (size_t i = 0; i < cgroups->count && error == ENOENT; i++) error = write_setting(&cgroups->at[i], failed_name, setting.value);
  if (error != 0) fail(cgroups, error, text_of(failed_name));
  return error == 0;
}

static void open_events(struct cgroups *cgroups) {
  for (size_t i = 0; i < cgroups->count && cgroups->events < 0; i++)
    if (cgroups->at[i].v2) cgroups->events = open_below(&cgroups->at[i], "cgroup.events", O_RDONLY);
}

void cgroups_make(struct cgroups *cgroups, const struct start_request *request, const struct monitor_origin *origin) {
  *cgroups = CGROUPS_NONE;
  cgroups->optional = request->settings == 0;
  struct bytes fields = request->fields;
  struct field field;
  struct cgroup_setting setting;
  bool good = true;
  while (good && field_next(&fields, &field))
    if (field.tag == TAG_CGROUP) good = make_below(cgroups, field.value, request, origin);
  for (fields = request->fields; good && field_next(&fields, &field);)
    if (field.tag == TAG_CGROUP_SETTING && cgroup_setting_parse(field.value, &setting)) good = set(cgroups, setting);
  if (good) return open_events(cgroups);
  cgroups_entered(cgroups);
  if (cgroups->optional) cgroups_drop(cgroups);
  else cgroups_remove(cgroups);
}

void cgroups_drop(struct cgroups *cgroups) {
  cgroups_remove(cgroups);
  if (cgroups->events >= 0) close(cgroups->events);
  *cgroups = CGROUPS_NONE;
}

struct clone3 {
  _Alignas(8) uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

pid_t cgroups_fork(struct cgroups *cgroups) {
  for (size_t i = 0; i < cgroups->count; i++) {
    struct cgroup *cgroup = &cgroups->at[i];
    if (!cgroup->v2) continue;
    cgroup->entered = true; // as the child finds it
    struct clone3 arguments = {.flags = CLONE_INTO, .exit_signal = SIGCHLD, .cgroup = (uint64_t)cgroup->entry};
    pid_t pid = (pid_t)syscall(NR_CLONE3, &arguments, sizeof arguments);
    if (pid >= 0 || errno == EAGAIN || errno == ENOMEM) return pid;
    cgroup->entered = false; // an old kernel, or one that forbids this call: the child goes in by itself
    break;
  }
  return fork();
}

int cgroups_enter(struct cgroups *cgroups) {
  int error = 0;
  for (size_t i = 0; i < cgroups->count && error == 0; i++) {
    struct cgroup *cgroup = &cgroups->at[i];
    if (cgroup->entered) continue;
    int fd = cgroup->v2 ? openat(cgroup->entry, "cgroup.procs", O_WRONLY | O_CLOEXEC) : cgroup->entry;
    if (fd < 0 || write(fd, "0", 1) != 1) error = errno;
    if (cgroup->v2 && fd >= 0) close(fd);
  }
  cgroups_entered(cgroups);
  if (cgroups->events >= 0) close(cgroups->events);
  return error;
}

void cgroups_entered(struct cgroups *cgroups) {
  for (size_t i = 0; i < cgroups->count; i++) {
    if (cgroups->at[i].entry >= 0) close(cgroups->at[i].entry);
    cgroups->at[i].entry = -1;
  }
}

bool cgroups_populated(const struct cgroups *cgroups) {
  char text[256];
  ssize_t got = cgroups->events < 0 ? -1 : pread(cgroups->events, text, sizeof text, 0);
  uint64_t populated = 0;
  // Once it is removed, reading fails (ENODEV).
  return got > 0 && cgroup_key((struct bytes){(const uint8_t *)text, (size_t)got}, "populated", &populated) && populated != 0;
}

bool cgroups_kill(const struct cgroups *cgroups) {
  bool killed = false;
  for (size_t i = 0; i < cgroups->count; i++) {
    if (!cgroups->at[i].v2 || cgroups->at[i].path == NULL) continue;
    killed = write_setting(&cgroups->at[i], "cgroup.kill", (struct bytes){(const uint8_t *)"1", 1}) == 0 || killed;
  }
  return killed;
}

// Removes the folders in that one; false when something cannot be.
static bool remove_folder(size_t end, int depth) {
  if (rmdir(below) == 0 || errno == ENOENT) return true;
  if (depth == DEPTH_MAX) return false;
  int fd = open(below, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  _Alignas(8) char buffer[1024];
  bool removed = true;
  long got;
  while (removed && (got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (long at = 0; removed && at < got;) {
      // d_ino, d_off, d_reclen, d_type, d_name
      unsigned short size;
      memcpy(&size, buffer + at + 16, sizeof size);
      const char *name = buffer + at + 19;
      bool folder = buffer[at + 18] == 4 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
      size_t len = strlen(name);
      at += size;
      if (!folder) continue;
      if (end + 1 + len >= sizeof below) removed = false;
      else {
        below[end] = '/';
        memcpy(below + end + 1, name, len + 1);
        removed = remove_folder(end + 1 + len, depth + 1);
        below[end] = 0;
      }
    }
  close(fd);
  return removed && rmdir(below) == 0;
}

bool cgroups_remove(struct cgroups *cgroups) {
  bool all = true;
  for (size_t i = 0; i < cgroups->count; i++) {
    struct cgroup *cgroup = &cgroups->at[i];
    if (cgroup->path == NULL) continue;
    size_t len = strlen(cgroup->path);
    memcpy(below, cgroup->path, len + 1);
    if (remove_folder(len, 0)) cgroup->path = NULL;
    else all = false;
  }
  return all;
}
