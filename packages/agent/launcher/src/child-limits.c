#include <errno.h>
#include <sys/resource.h>

#include "child-report.h"
#include "child-setup.h"

static bool next_limit(struct bytes *fields, struct limit *limit) {
  struct field field;
  while (field_next(fields, &field))
    if (field.tag == TAG_LIMIT) return limit_parse(field.value, limit);
  return false;
}

static rlim_t larger(rlim_t a, rlim_t b) { return a > b ? a : b; }

static int raise_limit(const struct limit *limit) {
  if (limit->soft > limit->hard) return EINVAL;
  struct rlimit now;
  if (getrlimit(limit->resource, &now) != 0) return errno;
  struct rlimit raised = {.rlim_cur = larger(now.rlim_cur, limit->soft), .rlim_max = larger(now.rlim_max, limit->hard)};
  if (raised.rlim_cur == now.rlim_cur && raised.rlim_max == now.rlim_max) return 0;
  return setrlimit(limit->resource, &raised) == 0 ? 0 : errno;
}

static int set_limit(const struct limit *limit) {
  struct rlimit exact = {.rlim_cur = limit->soft, .rlim_max = limit->hard};
  return setrlimit(limit->resource, &exact) == 0 ? 0 : errno;
}

static int each_limit(const struct child *child, int (*change)(const struct limit *)) {
  struct bytes fields = child->request->fields;
  struct limit limit;
  int failures = 0;
  while (next_limit(&fields, &limit)) {
    int error = change(&limit);
    if (error == 0) continue;
    child_report(child, (struct report){.kind = REPORT_ERROR, .stage = STAGE_LIMITS, .fd = limit.resource, .error = error});
    failures++;
  }
  return failures;
}

int child_limits_raise(const struct child *child) { return each_limit(child, raise_limit); }

int child_limits_set(const struct child *child) { return each_limit(child, set_limit); }
