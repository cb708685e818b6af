// Throws bytes at everything that parses or escapes what others sent. A fault is a report of a sanitizer, or abort().
// With FUZZ_MAIN: mutates seeds, always the same ones: fuzz ITERATIONS [SEED]. Without: an entry point for libFuzzer.
#include <stdio.h>
#include <stdlib.h>

#include "../src/frame.h"
#include "../src/json.h"
#include "../src/limits.h"
#include "../src/procfs.h"
#include "../src/record.h"
#include "../src/request.h"
#include "../src/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds) {
  if (!holds) abort();
}

static bool inside(struct bytes part, struct bytes whole) {
  return part.at == NULL || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

static void check_start(struct bytes body) {
  struct start_request request;
  if (!start_parse(body, &request)) return;
  must(utf8_whole(request.id) && request.id.len >= 1 && request.id.len <= ID_MAX);
  must(inside(request.id, body) && inside(request.file, body) && inside(request.journal, body) && inside(request.cwd, body) && inside(request.only, body));
  struct bytes fields = request.fields;
  struct field field;
  size_t argc = 0, envc = 0, actions = 0, captures = 0;
  while (field_next(&fields, &field)) {
    struct fd_action action;
    must(inside(field.value, body));
    if (field.tag == TAG_ARG) argc++;
    if (field.tag == TAG_ENV) envc++;
    if (field.tag != TAG_FD) continue;
    must(fd_action_parse(field.value, &action) && inside(action.path, body));
    actions++;
    if (action.kind == FD_CAPTURE) captures++, must(action.path.len >= 1 && action.path.len <= PATH_LONGEST);
  }
  must(fields.len == 0 && argc == request.argc && envc == request.envc && actions == request.actions && captures == request.captures);
  must(argc >= 1 && actions <= ACTIONS_MAX && captures <= CAPTURES_MAX);
}

static void check_frames(struct bytes input) {
  while (input.len > 0) {
    struct frame frame = frame_read(input);
    if (frame.state == FRAME_MORE) break;
    must(frame.size >= 4);
    if (frame.state == FRAME_WHOLE) {
      must(frame.size <= input.len && frame.size <= 4 + (size_t)FRAME_MAX && inside(frame.body, input));
      struct command_request command;
      struct watch_request watch;
      check_start(frame.body);
      command_parse(frame.body, &command);
      watch_parse(frame.body, &watch);
    }
    size_t skipped = frame.size < input.len ? frame.size : input.len;
    input.at += skipped;
    input.len -= skipped;
  }
  frame_id(input);
}

static void check_line(const char *text, size_t len) {
  struct bytes line = {(const uint8_t *)text, len};
  must(len >= 2 && utf8_whole(line) && text[0] == '\n' && text[len - 1] == '\n');
  bool quoted = false;
  for (size_t i = 1; i + 1 < len; i++) {
    must((uint8_t)text[i] >= 0x20 && text[i] != 0x7f);
    if (quoted && text[i] == '\\') i++;
    else if (text[i] == '"') quoted = !quoted;
  }
  must(!quoted);
}

static void check_record(struct bytes input) {
  static char text[256 * 1024];
  struct bytes id = {input.at, input.len < ID_MAX ? input.len : ID_MAX};
  struct json line = {text, text + sizeof text, false};
  struct report errors[] = {{.stage = STAGE_RESTRICT}, {.stage = STAGE_FD, .fd = -7, .error = 9}};
  struct bytes only = {input.at, input.len < PATH_LONGEST ? input.len : PATH_LONGEST};
  record_end(&line, &(struct end_record){.id = id, .stat = only, .errors = errors, .error_count = 2, .only = only});
  must(!line.overflow);
  check_line(text, (size_t)(line.at - text));
  // Whatever does not fit is noticed, and nothing is written behind the end.
  char *small = malloc(40);
  struct json short_line = {small, small + 40, false};
  record_start(&short_line, &(struct start_record){.id = id});
  must(short_line.overflow && short_line.at <= small + 40);
  free(small);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // A copy of exactly that size, so that a byte too far is seen.
  uint8_t *copy = malloc(size == 0 ? 1 : size);
  if (size > 0) memcpy(copy, data, size);
  struct bytes input = {copy, size};
  struct proc_stat stat;
  check_frames(input);
  check_start(input);
  check_record(input);
  proc_stat_parse(input, &stat);
  free(copy);
  return 0;
}

#ifdef FUZZ_MAIN
enum { LONGEST = 4096, SEEDS = 8 };

struct sample {
  uint8_t bytes[LONGEST];
  size_t len;
};

static struct sample seeds[SEEDS];
static uint64_t state;

static uint64_t draw(uint64_t below) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state % below;
}

static void put(struct sample *sample, const void *bytes, size_t len) {
  memcpy(sample->bytes + sample->len, bytes, len);
  sample->len += len;
}

static void put_field(struct sample *sample, uint8_t tag, const void *value, uint8_t len) {
  put(sample, (uint8_t[]){tag, 0, len, 0, 0, 0}, 6);
  put(sample, value, len);
}

static void put_text(struct sample *sample, uint8_t tag, const char *text) { put_field(sample, tag, text, (uint8_t)strlen(text)); }

static void put_start(struct sample *sample) {
  put_text(sample, TAG_ID, "proc-\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80");
  put_text(sample, TAG_FILE, "/bin/sh");
  put_text(sample, TAG_ARG, "sh");
  put_text(sample, TAG_ARG, "");
  put_text(sample, TAG_ENV, "A=1");
  put_text(sample, TAG_CWD, "/");
  put_field(sample, TAG_UMASK, "\x12\0\0\0", 4);
  put_field(sample, TAG_FD, "\1\0\0\0\4out", 8);
  put_field(sample, TAG_FD, "\2\0\0\0\3\1\0\0\0", 9);
  put_field(sample, TAG_FD, "\0\0\0\0\2\0\0\0\0\0\0\0\0in", 15);
  put_field(sample, TAG_FD, "\3\0\0\0\1", 5);
  put_text(sample, TAG_JOURNAL, "journal");
  put_field(sample, TAG_ORPHANS, "\1", 1);
  put_text(sample, TAG_RESTRICT, "/bin/sh");
}

static void put_frame(struct sample *sample, uint8_t op, const void *body, size_t len) {
  size_t rest = FRAME_HEADER + len;
  put(sample, (uint8_t[]){(uint8_t)rest, (uint8_t)(rest >> 8), 0, 0, FRAME_VERSION, op, 0, 0, 1, 2, 3, 4}, 12);
  put(sample, body, len);
}

static void make_seeds(void) {
  static const char STAT[] = "12 (a ) b) R 1 2 3 0 -1 4194304 54 0 0 0 0 0 0 0 20 0 1 0 377499 2703360 285 18446744073709551615 1 2 3 4 5 256 0\n";
  put_start(&seeds[0]);
  put_frame(&seeds[1], OP_START, seeds[0].bytes, seeds[0].len);
  put_frame(&seeds[2], OP_COMMAND, "pid.start...\1\17gra", 18);
  put_frame(&seeds[3], OP_WATCH, "pid.start...", 12);
  put(&seeds[4], STAT, sizeof STAT - 1);
  put(&seeds[5], "\xed\xa0\x80\xf4\x90\x80\x80\xc0\x80\xe0\x80\x80\xff\0\"\\\n\x7f", 17);
  for (int i = 1; i <= 3; i++) put(&seeds[6], seeds[i].bytes, seeds[i].len);
}

static void mutate(struct sample *sample) {
  size_t at = sample->len == 0 ? 0 : draw(sample->len);
  size_t len = draw(16);
  switch (draw(6)) {
    case 0: // one bit
      if (sample->len > 0) sample->bytes[at] ^= (uint8_t)(1 << draw(8));
      break;
    case 1: // one byte, often at the edge of something
      if (sample->len > 0) sample->bytes[at] = (uint8_t[]){0, 1, 0x7f, 0x80, 0xff, (uint8_t)draw(256)}[draw(6)];
      break;
    case 2: // cut off
      sample->len = at;
      break;
    case 3: // take out
      if (at + len > sample->len) break;
      memmove(sample->bytes + at, sample->bytes + at + len, sample->len - at - len);
      sample->len -= len;
      break;
    default: { // put in a piece of another
      const struct sample *other = &seeds[draw(SEEDS)];
      size_t from = other->len == 0 ? 0 : draw(other->len);
      if (len > other->len - from) len = other->len - from;
      if (sample->len + len > LONGEST) break;
      memmove(sample->bytes + at + len, sample->bytes + at, sample->len - at);
      memcpy(sample->bytes + at, other->bytes + from, len);
      sample->len += len;
    }
  }
}

int main(int argc, char **argv) {
  long iterations = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
  state = argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 88172645463325252U;
  make_seeds();
  for (long i = 0; i < iterations; i++) {
    struct sample sample = seeds[draw(SEEDS)];
    if (i >= SEEDS)
      for (uint64_t times = 1 + draw(8); times > 0; times--) mutate(&sample);
    LLVMFuzzerTestOneInput(sample.bytes, sample.len);
  }
  printf("%ld inputs, nothing found\n", iterations);
  return 0;
}
#endif
