#include "pump.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "errors.h"
#include "memory.h"
#include "pipe-size.h"
#include "rights.h"
#include "stop.h"

enum {
  PAGE = 4096,
  SPLICE_MAX = 1024 * 1024,
  RELEASE_ABOVE = 16 * 1024, // a buffer that little of was used is not worth a system call
};

// Whole pages, since it is given back in pages.
static SELDOM _Alignas(PAGE) uint8_t buffer[(MASK_WINDOW + PAGE - 1) / PAGE * PAGE];

int pump_open_named(const struct capture *capture, int flags) {
  mode_t own = capture->has_umask ? umask(capture->umask) : 0;
  int file = rights_open(capture->path, flags, 0666);
  int error = errno;
  if (capture->has_umask) umask(own);
  errno = error;
  return file;
}

static bool open_file(struct capture *capture) {
  if (capture->file >= 0) return true;
  // Non-blocking, for the case that the path is a fifo.
  int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  capture->file = capture->named ? pump_open_named(capture, flags) : open(capture->path, flags, 0600);
  if (capture->file >= 0) capture->unkept = keep_open(&capture->keep, capture->file);
  return capture->file >= 0;
}

// So much of the waiting piece is done with.
static void pass(struct pump *pump, size_t len) {
  struct capture *capture = pump->waiting;
  pump->waiting_from += len;
  capture->len += len;
  capture->owed -= len < capture->owed ? len : capture->owed;
}

static void drop_waiting(struct pump *pump) {
  size_t rest = pump->waiting_to - pump->waiting_from;
  pump->waiting->owed -= rest < pump->waiting->owed ? rest : pump->waiting->owed;
  pump->waiting = NULL;
}

static void note_time(struct pump *pump, const struct capture *capture) {
  if (!capture->timed || keep_room(&capture->keep, pump->waiting_offset, 1) == 0) return;
  times_note(&pump->times, (uint8_t)(capture - pump->capture), pump->waiting_offset, pump->waiting_wall);
}

static void write_waiting(struct pump *pump, int64_t now) {
  struct capture *capture = pump->waiting;
  while (capture->error == 0 && pump->waiting_from < pump->waiting_to) {
    size_t len = pump->waiting_to - pump->waiting_from;
    // Opened first, since the file system has a say in what is kept.
    bool opened = open_file(capture);
    size_t room = keep_room(&capture->keep, capture->len, len);
    ssize_t written = opened && room > 0 ? write(capture->file, buffer + pump->waiting_from, room) : -1;
    if (opened && room == 0) {
      pass(pump, len);
    } else if (written >= 0) {
      pass(pump, (size_t)written);
      int error = keep_trim(&capture->keep, capture->file, capture->len);
      if (error != 0) capture->unkept = error;
    } else if (error_may_pass(errno)) {
      pump->retry_at = now + RETRY_MS;
      return;
    } else {
      capture->error = errno;
    }
  }
  if (capture->error == 0) note_time(pump, capture);
  drop_waiting(pump);
}

static void take(struct pump *pump, struct capture *capture, size_t len, int64_t now) {
  if (len == 0) return;
  pump->waiting = capture;
  pump->waiting_from = 0;
  pump->waiting_to = len;
  pump->waiting_offset = capture->len;
  pump->waiting_wall = capture->timed ? clock_ns(CLOCK_REALTIME) : 0;
  write_waiting(pump, now);
}

static size_t held(const struct capture *capture) { return capture->stream == NULL ? 0 : capture->stream->held; }

static void close_capture(struct capture *capture) {
  close(capture->pipe);
  if (capture->file >= 0) close(capture->file);
  capture->pipe = capture->file = -1;
  capture->owed = 0;
}

// Of what was read, with what was held back before it: what goes on now.
static size_t mask_piece(struct pump *pump, struct capture *capture, size_t before, size_t got) {
  if (capture->stream == NULL) return got;
  size_t len = mask_run(pump->mask, capture->stream, buffer, before + got, got == 0);
  // Instead of what was read, what goes on is owed: what is held back while there are writers is not.
  if (capture->owed > 0) capture->owed = (capture->owed > got ? capture->owed - got : 0) + len;
  return len;
}

// For a proc that writes much, without a copy to here and back. Splicing cannot append, so only where the file is surely ours alone. False: it
// is for reading, which also says what is wrong.
static bool splice_piece(struct pump *pump, struct capture *capture) {
  if (!capture->grown || !capture->alone || capture->file < 0 || capture->error != 0) return false;
  if (!capture->spliced) {
    if (lseek(capture->file, 0, SEEK_END) < 0 || fcntl(capture->file, F_SETFL, O_NONBLOCK) != 0) return capture->alone = false;
    capture->spliced = true;
  }
  ssize_t got = splice(capture->pipe, NULL, capture->file, NULL, SPLICE_MAX, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (got <= 0) return false;
  if (capture->timed) times_note(&pump->times, (uint8_t)(capture - pump->capture), capture->len, clock_ns(CLOCK_REALTIME));
  capture->len += (uint64_t)got;
  capture->owed -= (uint64_t)got < capture->owed ? (uint64_t)got : capture->owed;
  return true;
}

static void read_pipe(struct pump *pump, struct capture *capture, int64_t now) {
  if (splice_piece(pump, capture)) return;
  size_t before = capture->stream == NULL ? 0 : mask_begin(capture->stream, buffer);
  ssize_t got = read(capture->pipe, buffer + before, PIECE_MAX);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 && before == 0) {
    close_capture(capture);
    return;
  }
  // At the end what was held back goes on; the end itself is read again after that.
  size_t len = mask_piece(pump, capture, before, got < 0 ? 0 : (size_t)got);
  if (before + (size_t)(got < 0 ? 0 : got) > RELEASE_ABOVE) pump->release_at = now + 1000;
  if (got >= PIPE_SMALL && !capture->grown) {
    // Only for a proc that fills it: it is memory, and all pipes of a user count together.
    capture->grown = true;
    pipe_grow(capture->pipe);
  }
  take(pump, capture, len, now);
}

void pump_turn(struct pump *pump, int64_t now) {
  if (pump->waiting != NULL && now >= pump->retry_at) write_waiting(pump, now);
  for (size_t i = 0; i < pump->count && pump->waiting == NULL; i++)
    if (pump->capture[i].pipe >= 0) read_pipe(pump, &pump->capture[i], now);
  times_write(&pump->times);
}

void pump_rest(struct pump *pump, int64_t now) {
  if (now < pump->release_at || pump->waiting != NULL) return;
  madvise(buffer, sizeof buffer, MADV_DONTNEED);
  if (pump->mask != NULL) mask_rest();
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

// What is held back comes at once when nobody can write any more.
static bool held_to_come(const struct capture *capture) {
  struct pollfd polled = {capture->pipe, 0, 0};
  return capture->pipe >= 0 && held(capture) > 0 && poll(&polled, 1, 0) == 1 && (polled.revents & POLLHUP) != 0;
}

bool pump_paid(const struct pump *pump) {
  for (size_t i = 0; i < pump->count; i++)
    if (pump->capture[i].owed > 0 || held_to_come(&pump->capture[i])) return false;
  return true;
}

bool pump_open(const struct pump *pump) {
  for (size_t i = 0; i < pump->count; i++)
    if (pump->capture[i].pipe >= 0) return true;
  return false;
}
