#include "record.h"

static void named_u64(struct json *out, const char *name, uint64_t value) {
  json_text(out, name);
  json_u64(out, value);
}

static void named_ns(struct json *out, const char *name, uint64_t value) {
  json_text(out, name);
  json_ns(out, value);
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

static struct bytes error_text(const struct report *error, struct bytes only) {
  if (error->stage == STAGE_RESTRICT) return only;
  const char *text = strerror(error->error);
  return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static void put_errors(struct json *out, const struct end_record *record) {
  json_text(out, ",\"errors\":[");
  for (size_t i = 0; i < record->error_count; i++) {
    const struct report *error = &record->errors[i];
    json_text(out, i == 0 ? "{\"stage\":\"" : ",{\"stage\":\"");
    json_text(out, stage_name(error->stage));
    json_text(out, "\",\"fd\":");
    if (error->stage == STAGE_FD || error->stage == STAGE_OUTPUT) json_i64(out, error->fd);
    else json_text(out, "null");
    json_text(out, ",\"errno\":");
    json_i64(out, error->error);
    json_text(out, ",\"text\":");
    json_string(out, error_text(error, record->only));
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
  if (record->executed) json_i64(out, record->status);
  else json_text(out, "null");
  named_ns(out, ",\"start\":", record->start);
  named_ns(out, ",\"stop\":", record->stop);
  named_ns(out, ",\"elapsed\":", record->elapsed);
  put_usage(out, &record->usage);
  put_errors(out, record);
  put_outputs(out, record);
  put_snapshot(out, ",\"stat\":", record->stat);
  put_snapshot(out, ",\"statm\":", record->statm);
  named_u64(out, ",\"tree\":{\"left\":", record->left);
  named_u64(out, ",\"killed\":", record->killed);
  json_text(out, record->empty ? ",\"empty\":true" : ",\"empty\":false");
  json_text(out, ",\"proof\":\"subreaper\"}}\n");
}
