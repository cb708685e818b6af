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

bool fd_action_parse(struct bytes value, struct fd_action *out) {
  *out = (struct fd_action){0};
  if (!take_i32(&value, &out->fd) || !take_u8(&value, &out->kind)) return false;
  switch (out->kind) {
    case FD_INHERIT:
    case FD_CLOSE:
    case FD_DATA:
      return value.len == 0;
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
      return ++out->actions <= ACTIONS_MAX && out->captures <= CAPTURES_MAX;
    case TAG_JOURNAL:
      return is_path(value) && set_once(&out->journal, value);
    case TAG_ORPHANS:
      if (*has_orphans || !take_u8(&value, &orphans) || value.len > 0 || orphans > 1) return false;
      *has_orphans = true;
      out->kill_orphans = orphans == 1;
      return true;
    case TAG_RESTRICT:
      return is_path(value) && set_once(&out->only, value);
    default:
      return false;
  }
}

bool start_parse(struct bytes body, struct start_request *out) {
  *out = (struct start_request){.fields = body};
  struct field field;
  bool has_orphans = false;
  while (field_next(&body, &field))
    if (!take_field(out, field, &has_orphans)) return false;
  return body.len == 0 && out->id.at != NULL && out->file.at != NULL && out->journal.at != NULL && out->argc > 0;
}

bool command_parse(struct bytes body, struct command_request *out) {
  return take_u32(&body, &out->pid) && take_u64(&body, &out->start) && take_u8(&body, &out->what) && take_u8(&body, &out->signum) &&
         take_u32(&body, &out->grace) && body.len == 0;
}

bool watch_parse(struct bytes body, struct watch_request *out) {
  return take_u32(&body, &out->pid) && take_u64(&body, &out->start) && body.len == 0;
}
