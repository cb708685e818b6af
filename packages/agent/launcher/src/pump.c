#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stop.h"

enum {
  BUFFER = 256 * 1024,
  PIPE_SMALL = 64 * 1024, // the size that a pipe has at first
  PIPE_LARGE = 1024 * 1024,
  RELEASE_ABOVE = 16 * 1024, // a buffer that little of was used is not worth a system call
};

static _Alignas(4096) char buffer[BUFFER];

// The causes that pass by themselves.
static bool may_pass(int error) {
  return error == ENOSPC || error == EDQUOT || error == ENOMEM || error == EMFILE || error == ENFILE || error == EAGAIN || error == EINTR;
}

static bool open_file(struct capture *capture) {
  if (capture->file >= 0) return true;
  // Non-blocking, for the case that the path is a fifo.
  capture->file = open(capture->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  return capture->file >= 0;
}

static void pay(struct capture *capture, size_t len) { capture->owed -= len < capture->owed ? len : capture->owed; }

static void write_waiting(struct pump *pump, int64_t now) {
  struct capture *capture = pump->waiting;
  while (capture->error == 0 && pump->waiting_from < pump->waiting_to) {
    ssize_t written = -1;
    if (open_file(capture)) written = write(capture->file, buffer + pump->waiting_from, pump->waiting_to - pump->waiting_from);
    if (written >= 0) {
      pump->waiting_from += (size_t)written;
      capture->len += (uint64_t)written;
      pay(capture, (size_t)written);
    } else if (may_pass(errno)) {
      pump->retry_at = now + RETRY_MS;
      return;
    } else {
      capture->error = errno;
    }
  }
  pay(capture, pump->waiting_to - pump->waiting_from);
  pump->waiting = NULL;
}

static void close_capture(struct capture *capture) {
  close(capture->pipe);
  if (capture->file >= 0) close(capture->file);
  capture->pipe = capture->file = -1;
  capture->owed = 0;
}

static void grow(struct capture *capture) {
  // Only for a proc that fills it: large pipes count against the user's total, and an unprivileged user's is 64 MiB.
  capture->grown = true;
  fcntl(capture->pipe, F_SETPIPE_SZ, PIPE_LARGE);
}

static void read_pipe(struct pump *pump, struct capture *capture, int64_t now) {
  ssize_t got = read(capture->pipe, buffer, sizeof buffer);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) close_capture(capture);
  if (got <= 0) return;
  if (got > RELEASE_ABOVE) pump->release_at = now + 1000;
  if (got >= PIPE_SMALL && !capture->grown) grow(capture);
  pump->waiting = capture;
  pump->waiting_from = 0;
  pump->waiting_to = (size_t)got;
  write_waiting(pump, now);
}

void pump_turn(struct pump *pump, int64_t now) {
  if (pump->waiting != NULL && now >= pump->retry_at) write_waiting(pump, now);
  for (size_t i = 0; i < pump->count && pump->waiting == NULL; i++)
    if (pump->capture[i].pipe >= 0) read_pipe(pump, &pump->capture[i], now);
}

void pump_rest(struct pump *pump, int64_t now) {
  if (now < pump->release_at || pump->waiting != NULL) return;
  madvise(buffer, sizeof buffer, MADV_DONTNEED);
  pump->release_at = NEVER;
}

void pump_owe(struct pump *pump) {
  for (size_t i = 0; i < pump->count; i++) {
    struct capture *capture = &pump->capture[i];
    int there;
    if (capture->pipe < 0 || ioctl(capture->pipe, FIONREAD, &there) != 0) there = 0;
    capture->owed = (uint64_t)there;
    if (pump->waiting == capture) capture->owed += pump->waiting_to - pump->waiting_from;
  }
}

bool pump_paid(const struct pump *pump) {
  for (size_t i = 0; i < pump->count; i++)
    if (pump->capture[i].owed > 0) return false;
  return true;
}

bool pump_open(const struct pump *pump) {
  for (size_t i = 0; i < pump->count; i++)
    if (pump->capture[i].pipe >= 0) return true;
  return false;
}
