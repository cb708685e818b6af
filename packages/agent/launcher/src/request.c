#include "request.h"

#include "limits.h"
#include "utf8.h"

bool field_next(struct bytes *fields, struct field *out) {
  struct bytes trial = *fields;
  uint32_t length;
  if (!take_u16(&trial, &out->tag) || !take_u32(&trial, &length) || !take_bytes(&trial, length, &out->value)) return false;
  *fields = trial;
  return true;
}

static bool is_path(struct bytes text) { return text.len > 0 && text.len <= PATH_LONGEST && !has_nul(text); }

bool cgroup_setting_parse(struct bytes value, struct cgroup_setting *out) {
  const uint8_t *equals = value.len == 0 ? NULL : memchr(value.at, '=', value.len);
  if (equals == NULL || has_nul(value)) return false;
  size_t name = (size_t)(equals - value.at);
  *out = (struct cgroup_setting){{value.at, name}, {equals + 1, value.len - name - 1}};
  // A name in that folder, and nothing else.
  bool plain = name > 0 && name <= SETTING_NAME_MAX && value.at[0] != '.' && memchr(value.at, '/', name) == NULL && utf8_whole(out->file);
  return plain && out->value.len > 0 && out->value.len <= PATH_LONGEST;
}

bool timeout_parse(struct bytes value, struct timeout_request *out) {
  return take_u32(&value, &out->after) && take_u8(&value, &out->signum) && take_u32(&value, &out->grace) && value.len == 0 &&
         out->signum >= 1 && out->signum <= 64;
}

bool fd_action_parse(struct bytes value, struct fd_action *out) {
  *out = (struct fd_action){0};
  if (!take_i32(&value, &out->fd) || !take_u8(&value, &out->kind)) return false;
  switch (out->kind) {
    case FD_INHERIT:
    case FD_CLOSE:
      return value.len == 0;
    case FD_DATA:
      out->data = value;
      return true;
    case FD_PIPE:
      return take_u32(&value, &out->pipe) && take_u8(&value, &out->side) && value.len == 0 && out->side <= 1;
    case FD_DUP:
      return take_i32(&value, &out->from) && value.len == 0;
    case FD_OPEN:
      if (!take_u32(&value, &out->flags) || !take_u32(&value, &out->mode)) return false;
      out->path = value;
      return !has_nul(value);
    case FD_CAPTURE:
      out->path = value;
      return is_path(value);
    default:
      return false;
  }
}

static bool set_once(struct bytes *place, struct bytes value) {
  if (place->at != NULL) return false;
  *place = value;
  return true;
}

static bool take_field(struct start_request *out, struct field field, bool *has_orphans) {
  struct bytes value = field.value;
  struct fd_action action;
  struct cgroup_setting setting;
  uint8_t orphans;
  switch (field.tag) {
    case TAG_ID:
      return value.len > 0 && value.len <= ID_MAX && utf8_whole(value) && set_once(&out->id, value);
    case TAG_FILE:
      return !has_nul(value) && set_once(&out->file, value);
    case TAG_ARG:
      out->argc++;
      return !has_nul(value);
    case TAG_ENV:
      out->envc++;
      return value.len > 0 && memchr(value.at, '=', value.len) != NULL && !has_nul(value);
    case TAG_CWD:
      return !has_nul(value) && set_once(&out->cwd, value);
    case TAG_UMASK:
      if (out->has_umask || !take_u32(&value, &out->umask) || value.len > 0 || out->umask > 0777) return false;
      out->has_umask = true;
      return true;
    case TAG_FD:
      if (!fd_action_parse(value, &action)) return false;
      if (action.kind == FD_CAPTURE) out->captures++;
      if (action.kind == FD_PIPE) out->pipes++;
      return ++out->actions <= ACTIONS_MAX && out->captures <= CAPTURES_MAX && out->pipes <= PIPE_ACTIONS_MAX;
    case TAG_JOURNAL:
      return is_path(value) && set_once(&out->journal, value);
    case TAG_ORPHANS:
      if (*has_orphans || !take_u8(&value, &orphans) || value.len > 0 || orphans > ORPHANS_WAIT) return false;
      *has_orphans = true;
      out->orphans = orphans;
      return true;
    case TAG_RESTRICT:
      return is_path(value) && set_once(&out->only, value);
    case TAG_CGROUP:
      return is_path(value) && value.at[0] == '/' && ++out->cgroups <= CGROUPS_MAX;
    case TAG_CGROUP_SETTING:
      return cgroup_setting_parse(value, &setting) && ++out->settings <= SETTINGS_MAX;
    case TAG_TIMEOUT:
      if (out->has_timeout || !timeout_parse(value, &out->timeout)) return false;
      out->has_timeout = true;
      return true;
    case TAG_PERF:
      if (out->has_perf || !take_u8(&value, &out->perf) || value.len > 0 || out->perf > 1) return false;
      out->has_perf = true;
      return true;
    case TAG_CAPTURE_OPTIONS:
    case TAG_MASK:
    case TAG_TIMES:
      return output_take(&out->output, field.tag, value);
    default:
      return setup_take(&out->setup, field.tag, value);
  }
}

// Options are for descriptors that are captured.
static bool options_meet_captures(const struct start_request *out) {
  size_t met = 0, timed = 0;
  for (size_t i = 0; i < out->output.options; i++) {
    struct bytes fields = out->fields;
    struct field field;
    struct fd_action action;
    bool captured = false;
    while (!captured && field_next(&fields, &field))
      captured = field.tag == TAG_FD && fd_action_parse(field.value, &action) && action.kind == FD_CAPTURE && action.fd == out->output.option[i].fd;
    if (captured) met++;
    if ((out->output.option[i].flags & OPTION_TIMES) != 0) timed++;
  }
  return met == out->output.options && (timed == 0 || out->output.times.at != NULL);
}

bool start_parse(struct bytes body, struct start_request *out) {
  *out = (struct start_request){.fields = body};
  struct field field;
  bool has_orphans = false;
  while (field_next(&body, &field))
    if (!take_field(out, field, &has_orphans)) return false;
  if (out->settings > 0 && out->cgroups == 0) return false;
  if (!options_meet_captures(out)) return false;
  return body.len == 0 && out->id.at != NULL && out->file.at != NULL && out->journal.at != NULL && out->argc > 0;
}

bool command_parse(struct bytes body, struct command_request *out) {
  return take_u32(&body, &out->pid) && take_u64(&body, &out->start) && take_u8(&body, &out->what) && take_u8(&body, &out->signum) &&
         take_u32(&body, &out->grace) && body.len == 0;
}

bool watch_parse(struct bytes body, struct watch_request *out) {
  return take_u32(&body, &out->pid) && take_u64(&body, &out->start) && body.len == 0;
}

bool unpipe_parse(struct bytes body, uint32_t *pipe) { return take_u32(&body, pipe) && body.len == 0; }
