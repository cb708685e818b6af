#include "kept.h"

#include <string.h>

#include "limits.h"
#include "memory.h"

// Id, allowed file, output files, file of times, cgroups.
static AT_ITS_BEGIN char room[ID_MAX + 1 + (CAPTURES_MAX + 2) * (PATH_LONGEST + 1) + CGROUPS_MAX * (PATH_LONGEST + CGROUP_NAME_MAX)];
static size_t used;

char *kept_take(size_t len) {
  char *taken = room + used;
  used += len;
  return taken;
}

const char *kept_text(struct bytes text) {
  char *copy = kept_take(text.len + 1);
  memcpy(copy, text.at, text.len);
  copy[text.len] = 0;
  return copy;
}
