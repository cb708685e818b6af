#include "record.h"

#include <errno.h>
#include <stdio.h>

#include "limits.h"
#include "memory.h"

static void named_u64(struct json *out, const char *name, uint64_t value) {
  json_text(out, name);
  json_u64(out, value);
}

static void named_ns(struct json *out, const char *name, uint64_t value) {
  json_text(out, name);
  json_ns(out, value);
}

static void put_cgroups(struct json *out, const struct cgroups *cgroups) {
  if (cgroups == NULL || cgroups->count == 0) return;
  json_text(out, ",\"cgroups\":[");
  for (size_t i = 0; i < cgroups->count; i++) {
    const char *path = cgroups->at[i].path;
    if (i > 0) json_text(out, ",");
    json_string(out, (struct bytes){(const uint8_t *)path, strlen(path)});
  }
  json_text(out, "]");
}

void record_start(struct json *out, const struct start_record *record) {
  json_text(out, "\n{\"t\":\"start\",\"v\":1,\"id\":");
  json_string(out, record->id);
  named_u64(out, ",\"mon\":", (uint64_t)record->monitor);
  named_u64(out, ",\"mon_start\":", record->monitor_start);
  named_u64(out, ",\"pid\":", (uint64_t)record->pid);
  named_u64(out, ",\"pid_start\":", record->pid_start);
  named_ns(out, ",\"wall\":", record->wall);
  named_ns(out, ",\"mono\":", record->mono);
  put_cgroups(out, record->cgroups);
  json_text(out, "}\n");
}

static uint64_t microseconds(struct timeval time) { return (uint64_t)time.tv_sec * 1000000U + (uint64_t)time.tv_usec; }

static void put_usage(struct json *out, const struct rusage *usage) {
  named_u64(out, ",\"rusage\":{\"utime\":", microseconds(usage->ru_utime));
  named_u64(out, ",\"stime\":", microseconds(usage->ru_stime));
  named_u64(out, ",\"maxrss\":", (uint64_t)usage->ru_maxrss);
  named_u64(out, ",\"minflt\":", (uint64_t)usage->ru_minflt);
  named_u64(out, ",\"majflt\":", (uint64_t)usage->ru_majflt);
  named_u64(out, ",\"nswap\":", (uint64_t)usage->ru_nswap);
  named_u64(out, ",\"inblock\":", (uint64_t)usage->ru_inblock);
  named_u64(out, ",\"oublock\":", (uint64_t)usage->ru_oublock);
  named_u64(out, ",\"nvcsw\":", (uint64_t)usage->ru_nvcsw);
  named_u64(out, ",\"nivcsw\":", (uint64_t)usage->ru_nivcsw);
  json_text(out, "}");
}

// As getrlimit(2) has them, by number.
static const char *const RESOURCE_NAMES[RESOURCES] = {"cpu",     "fsize", "data",  "stack",      "core",     "rss",  "nproc",  "nofile",
                                                      "memlock", "as",    "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"};

static struct bytes error_text(const struct report *error, const struct end_record *record) {
  static SELDOM char joined[PATH_LONGEST + 256];
  if (error->stage == STAGE_RESTRICT) return record->only;
  const char *text = error->stage == STAGE_OUTPUT && error->error == EOPNOTSUPP ? "the file system cannot punch holes: only the start is kept" : strerror(error->error);
  if (error->stage == STAGE_LIMITS && error->fd >= 0 && error->fd < RESOURCES) {
    int named = snprintf(joined, sizeof joined, "%s: %s", RESOURCE_NAMES[error->fd], text);
    return (struct bytes){(const uint8_t *)joined, (size_t)named};
  }
  if (error->stage != STAGE_CGROUP) return (struct bytes){(const uint8_t *)text, strlen(text)};
  // Where the monitor names none it is the child that could not enter.
  int len = record->cgroup_failed.at == NULL
                ? snprintf(joined, sizeof joined, "cgroup.procs: %s", text)
                : snprintf(joined, sizeof joined, "%.*s: %s", (int)record->cgroup_failed.len, (const char *)record->cgroup_failed.at, text);
  return (struct bytes){(const uint8_t *)joined, (size_t)len < sizeof joined ? (size_t)len : sizeof joined - 1};
}

static void put_errors(struct json *out, const struct end_record *record) {
  json_text(out, ",\"errors\":[");
  for (size_t i = 0; i < record->error_count; i++) {
    const struct report *error = &record->errors[i];
    json_text(out, i == 0 ? "{\"stage\":\"" : ",{\"stage\":\"");
    json_text(out, stage_name(error->stage));
    json_text(out, "\",\"fd\":");
    if (error->stage == STAGE_FD || (error->stage == STAGE_OUTPUT && error->fd >= 0)) json_i64(out, error->fd);
    else json_text(out, "null");
    json_text(out, ",\"errno\":");
    json_i64(out, error->error);
    json_text(out, ",\"text\":");
    json_string(out, error_text(error, record));
    json_text(out, "}");
  }
  json_text(out, "]");
}

static void put_outputs(struct json *out, const struct end_record *record) {
  json_text(out, ",\"out\":[");
  for (size_t i = 0; i < record->output_count; i++) {
    json_text(out, i == 0 ? "{\"fd\":" : ",{\"fd\":");
    json_i64(out, record->outputs[i].fd);
    named_u64(out, ",\"len\":", record->outputs[i].len);
    if (record->outputs[i].has_masks) named_u64(out, ",\"masked\":", record->outputs[i].masked);
    json_text(out, "}");
  }
  json_text(out, "]");
}

static void put_snapshot(struct json *out, const char *name, struct bytes text) {
  while (text.len > 0 && text.at[text.len - 1] == '\n') text.len--;
  json_text(out, name);
  if (text.len > 0) json_string(out, text);
  else json_text(out, "null");
}

void record_end(struct json *out, const struct end_record *record) {
  json_text(out, "\n{\"t\":\"end\",\"v\":1,\"id\":");
  json_string(out, record->id);
  named_u64(out, ",\"pid\":", (uint64_t)record->pid);
  json_text(out, ",\"status\":");
  if (record->has_status) json_i64(out, record->status);
  else json_text(out, "null");
  named_ns(out, ",\"start\":", record->start);
  named_ns(out, ",\"stop\":", record->stop);
  named_ns(out, ",\"elapsed\":", record->elapsed);
  put_usage(out, &record->usage);
  put_errors(out, record);
  put_outputs(out, record);
  put_snapshot(out, ",\"stat\":", record->stat);
  // Once a proc is a zombie its memory is gone.
  json_text(out, ",\"statm\":null");
  named_u64(out, ",\"tree\":{\"left\":", record->left);
  named_u64(out, ",\"killed\":", record->killed);
  json_text(out, record->empty ? ",\"empty\":true" : ",\"empty\":false");
  json_text(out, record->by_cgroup ? ",\"proof\":\"cgroup\"}" : ",\"proof\":\"subreaper\"}");
  if (record->timed_out) json_text(out, ",\"ended_by\":\"timeout\"");
  if (record->cgroup != NULL) cgroup_stats_record(out, record->cgroup);
  if (record->perf != NULL) perf_record(out, record->perf);
  json_text(out, "}\n");
}
