#include "requests.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "limits.h"

enum { READ_SIZE = 64 * 1024, SIZE = 4 + FRAME_MAX + READ_SIZE };

size_t requests_size(void) { return SIZE; }

bool requests_open(struct requests *requests, int fd) {
  void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  *requests = (struct requests){.fd = fd, .buffer = memory};
  return memory != MAP_FAILED;
}

static void make_room(struct requests *requests) {
  if (SIZE - requests->to >= READ_SIZE) return;
  size_t len = requests->to - requests->from;
  memmove(requests->buffer, requests->buffer + requests->from, len);
  requests->from = 0;
  requests->to = len;
}

static void skip(struct requests *requests) {
  size_t here = requests->to - requests->from;
  size_t skipped = requests->skip < here ? requests->skip : here;
  requests->from += skipped;
  requests->skip -= skipped;
}

// Each monitor would inherit every page that a large request has touched.
static void release(struct requests *requests) {
  if (requests->from < requests->to) return;
  if (requests->to > READ_SIZE) madvise(requests->buffer, SIZE, MADV_DONTNEED);
  requests->from = requests->to = 0;
}

void requests_read(struct requests *requests) {
  skip(requests);
  release(requests);
  make_room(requests);
  ssize_t got = read(requests->fd, requests->buffer + requests->to, READ_SIZE);
  if (got > 0) requests->to += (size_t)got;
  else if (got == 0 || (errno != EINTR && errno != EAGAIN)) requests->ended = true;
  skip(requests);
}

static struct bytes rest(const struct requests *requests) {
  return (struct bytes){requests->buffer + requests->from, requests->to - requests->from};
}

bool requests_pending(const struct requests *requests) {
  bool cut_off = requests->ended && requests->from < requests->to;
  return cut_off || frame_read(rest(requests)).state != FRAME_MORE;
}

struct frame requests_next(struct requests *requests) {
  struct frame frame = frame_read(rest(requests));
  if (frame.state != FRAME_MORE) {
    requests->skip = frame.size;
    skip(requests);
  } else if (requests->ended && requests->from < requests->to) {
    frame.state = FRAME_MALFORMED;
    frame.id = frame_id(rest(requests));
    requests->from = requests->to;
  }
  return frame;
}
