#include "captures.h"

#include <fcntl.h>
#include <unistd.h>

#include "errors.h"
#include "kept.h"
#include "memory.h"
#include "output-request.h"
#include "rights.h"

static SELDOM struct mask mask;
static SELDOM struct mask_stream streams[CAPTURES_MAX];

static struct capture make(struct fd_action action, const struct start_request *request) {
  struct capture capture = {.fd = action.fd, .pipe = -1, .file = -1};
  const struct capture_options *options = output_options(&request->output, action.fd);
  if (options == NULL) return capture;
  capture.keep = (struct keep){.limit = options->limit, .what = options->keep};
  capture.timed = (options->flags & OPTION_TIMES) != 0;
  capture.named = (options->flags & OPTION_NAMED) != 0;
  return capture;
}

// Before the proc runs, which then finds it. Without room it is made with the first byte.
static void make_named(struct capture *capture, const struct start_request *request) {
  capture->has_umask = request->has_umask;
  capture->umask = (mode_t)request->umask;
  int file = pump_open_named(capture, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0 && !error_may_pass(errno)) capture->error = errno;
  if (file >= 0) close(file);
}

void captures_make(struct pump *pump, const struct start_request *request) {
  struct bytes fields = request->fields;
  struct field field;
  struct fd_action action;
  rights_keep(&request->setup);
  while (field_next(&fields, &field)) {
    if (field.tag == TAG_MASK) mask_add(&mask, field.value);
    if (field.tag != TAG_FD || !fd_action_parse(field.value, &action) || action.kind != FD_CAPTURE) continue;
    struct capture *capture = &pump->capture[pump->count];
    *capture = make(action, request);
    capture->path = kept_text(action.path);
    capture->alone = !capture->named && capture->keep.limit == 0 && request->output.masks == 0;
    for (size_t i = 0; i < pump->count; i++)
      if (strcmp(pump->capture[i].path, capture->path) == 0) pump->capture[i].alone = capture->alone = false;
    if (capture->named) make_named(capture, request);
    if (request->output.masks > 0) capture->stream = &streams[pump->count];
    pump->count++;
  }
  if (request->output.masks > 0) {
    mask_finish(&mask);
    pump->mask = &mask;
  }
  pump->times = (struct times){.file = -1};
  if (request->output.times.at != NULL) pump->times.path = kept_text(request->output.times);
}

static struct report failure(int fd, int error) { return (struct report){.kind = REPORT_ERROR, .stage = STAGE_OUTPUT, .fd = fd, .error = error}; }

void captures_report(const struct pump *pump, void (*add)(struct report error)) {
  for (size_t i = 0; i < pump->count; i++) {
    const struct capture *capture = &pump->capture[i];
    if (capture->unkept != 0) add(failure(capture->fd, capture->unkept));
    if (capture->error != 0) add(failure(capture->fd, capture->error));
  }
  if (pump->times.error != 0) add(failure(-1, pump->times.error));
}
