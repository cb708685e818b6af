#include "keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "errors.h"

enum { GRANULE = 64 * 1024 };

static int punch(int file, uint64_t from, uint64_t to) {
  return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)(to - from)) == 0 ? 0 : errno;
}

static bool drops_middle(const struct keep *keep) { return keep->limit > 0 && keep->what != KEEP_START; }

static uint64_t head(const struct keep *keep) { return keep->what == KEEP_BOTH ? keep->limit / 2 : 0; }

static uint64_t tail(const struct keep *keep) { return keep->what == KEEP_BOTH ? keep->limit / 2 : keep->limit; }

int keep_open(struct keep *keep, int file) {
  struct stat stat;
  if (fstat(file, &stat) == 0 && S_ISREG(stat.st_mode)) keep->base = (uint64_t)stat.st_size;
  if (!drops_middle(keep)) return 0;
  uint64_t first = keep->base + head(keep);
  keep->punched = first > INT64_MAX - GRANULE ? INT64_MAX - GRANULE : (first + GRANULE - 1) / GRANULE * GRANULE;
  // Behind its end, so that nothing is lost.
  int error = punch(file, keep->base, keep->base + GRANULE);
  if (error == 0 || error_may_pass(error)) return 0;
  keep->what = KEEP_START;
  return EOPNOTSUPP;
}

size_t keep_room(const struct keep *keep, uint64_t len, size_t piece) {
  if (keep->limit == 0 || keep->what != KEEP_START) return piece;
  uint64_t room = len < keep->limit ? keep->limit - len : 0;
  return room < piece ? (size_t)room : piece;
}

int keep_trim(struct keep *keep, int file, uint64_t len) {
  if (!drops_middle(keep) || len <= keep->limit) return 0;
  uint64_t to = (keep->base + len - tail(keep)) / GRANULE * GRANULE;
  if (to <= keep->punched) return 0;
  int error = punch(file, keep->punched, to);
  if (error == 0) keep->punched = to;
  if (error == 0 || error_may_pass(error)) return 0;
  keep->what = KEEP_START;
  return error;
}
