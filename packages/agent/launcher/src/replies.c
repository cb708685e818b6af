#include "replies.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frame.h"
#include "limits.h"

bool replies_open(struct replies *replies, int fd) {
  void *memory = mmap(NULL, REPLIES_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  madvise(memory, REPLIES_MAX, MADV_DONTFORK); // monitors have no use for it
  *replies = (struct replies){.fd = fd, .buffer = memory};
  return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

bool replies_have_room(struct replies *replies) {
  if (REPLIES_MAX - replies->to >= REPLY_MAX) return true;
  memmove(replies->buffer, replies->buffer + replies->from, replies->to - replies->from);
  replies->to -= replies->from;
  replies->from = 0;
  return REPLIES_MAX - replies->to >= REPLY_MAX;
}

bool replies_waiting(const struct replies *replies) { return replies->from < replies->to; }

bool replies_flush(struct replies *replies) {
  while (replies_waiting(replies)) {
    ssize_t written = write(replies->fd, replies->buffer + replies->from, replies->to - replies->from);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EAGAIN;
    replies->from += (size_t)written;
  }
  replies->from = replies->to = 0;
  return true;
}

static void put(struct replies *replies, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; i++) replies->buffer[replies->to++] = (uint8_t)(value >> 8 * i);
}

static void header(struct replies *replies, enum op op, uint32_t id, size_t body) {
  put(replies, FRAME_HEADER + body, 4);
  put(replies, FRAME_VERSION, 1);
  put(replies, op, 1);
  put(replies, 0, 2);
  put(replies, id, 4);
}

static void put_monitor(struct replies *replies, uint32_t pid, uint64_t start) {
  put(replies, pid, 4);
  put(replies, start, 8);
}

void reply_ready(struct replies *replies) {
  header(replies, OP_READY, 0, 4);
  put(replies, (uint64_t)getpid(), 4);
}

void reply_busy(struct replies *replies) { header(replies, OP_BUSY, 0, 0); }

void reply_launched(struct replies *replies, uint32_t id, uint32_t pid, uint64_t start) {
  header(replies, OP_LAUNCHED, id, 12);
  put_monitor(replies, pid, start);
}

void reply_failed(struct replies *replies, uint32_t id, enum refusal stage, int error) {
  const char *text = strerror(error);
  size_t len = strnlen(text, REPLY_MAX / 2);
  header(replies, OP_FAILED, id, 5 + len);
  put(replies, stage, 1);
  put(replies, (uint32_t)error, 4);
  memcpy(replies->buffer + replies->to, text, len);
  replies->to += len;
}

void reply_done(struct replies *replies, uint32_t id, int error) {
  header(replies, OP_DONE, id, 4);
  put(replies, (uint32_t)error, 4);
}

void reply_gone(struct replies *replies, uint32_t pid, uint64_t start) {
  header(replies, OP_GONE, 0, 12);
  put_monitor(replies, pid, start);
}
