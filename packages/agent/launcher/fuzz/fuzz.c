// Throws bytes at everything that parses or escapes what others sent. A fault is a report of a sanitizer, or abort().
// With FUZZ_MAIN: mutates seeds, always the same ones: fuzz ITERATIONS [SEED]. Without: an entry point for libFuzzer.
#include <stdio.h>
#include <stdlib.h>

#include "../src/cgroup-text.h"
#include "../src/frame.h"
#include "../src/json.h"
#include "../src/limits.h"
#include "../src/mask.h"
#include "../src/procfs.h"
#include "../src/record.h"
#include "../src/request.h"
#include "../src/times.h"
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
  size_t cgroups = 0, settings = 0;
  size_t masks = 0, options = 0, argc = 0, envc = 0, actions = 0, captures = 0, pipes = 0;
  uint32_t limited = 0;
  while (field_next(&fields, &field)) {
    struct fd_action action;
    must(inside(field.value, body));
    if (field.tag == TAG_ARG) argc++;
    if (field.tag == TAG_ENV) envc++;
    struct cgroup_setting setting;
    if (field.tag == TAG_CGROUP) cgroups++, must(field.value.len <= PATH_LONGEST && field.value.at[0] == '/');
    if (field.tag == TAG_CGROUP_SETTING) {
      settings++;
      must(cgroup_setting_parse(field.value, &setting) && inside(setting.file, body) && inside(setting.value, body));
      must(setting.file.len >= 1 && setting.file.len <= SETTING_NAME_MAX && setting.value.len >= 1);
    }
    if (field.tag == TAG_MASK) masks++, must(field.value.len >= MASK_SHORTEST);
    struct capture_options option;
    if (field.tag == TAG_CAPTURE_OPTIONS) options++, must(capture_options_parse(field.value, &option) && output_options(&request.output, option.fd) != NULL);
    if (field.tag == TAG_LIMIT) {
      struct limit limit;
      must(limit_parse(field.value, &limit) && limit.resource < RESOURCES && (limited & 1U << limit.resource) == 0);
      limited |= 1U << limit.resource;
    }
    if (field.tag != TAG_FD) continue;
    must(fd_action_parse(field.value, &action) && inside(action.path, body) && inside(action.data, body));
    actions++;
    if (action.kind == FD_PIPE) pipes++, must(action.side <= 1);
    if (action.kind == FD_CAPTURE) captures++, must(action.path.len >= 1 && action.path.len <= PATH_LONGEST);
  }
  must(inside(request.output.times, body) && masks == request.output.masks && masks <= MASKS_MAX && options == request.output.options && options <= captures);
  must(fields.len == 0 && argc == request.argc && envc == request.envc && actions == request.actions && captures == request.captures);
  must(cgroups == request.cgroups && settings == request.settings && cgroups <= CGROUPS_MAX && settings <= SETTINGS_MAX);
  must(settings == 0 || cgroups > 0);
  must(request.orphans <= ORPHANS_WAIT && request.perf <= 1 && (!request.has_timeout || (request.timeout.signum >= 1 && request.timeout.signum <= 64)));
  must(argc >= 1 && actions <= ACTIONS_MAX && captures <= CAPTURES_MAX && pipes == request.pipes && pipes <= PIPE_ACTIONS_MAX);
  const struct setup *setup = &request.setup;
  must(limited == setup->limited && setup->nice >= -20 && setup->nice <= 19 && setup->pdeath <= 64);
  must(inside(setup->groups, body) && setup->groups.len % 4 == 0 && setup->groups.len / 4 <= GROUPS_MAX);
  must(!setup_has(setup, TAG_CREDENTIALS) || (setup->uid != UINT32_MAX && setup->gid != UINT32_MAX));
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
      uint32_t pipe;
      must(unpipe_parse(frame.body, &pipe) == (frame.body.len == 4));
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

static void check_cgroup_text(struct bytes input) {
  uint64_t number;
  cgroup_number(input, &number);
  cgroup_key(input, "usage_usec", &number);
  cgroup_key(input, "populated", &number);
  cgroup_pressure(input, &number);
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

// The longest secret at the begin of the text, 0: none.
static size_t secret_at(const struct bytes *secrets, size_t count, const uint8_t *text, size_t len) {
  size_t longest = 0;
  for (size_t i = 0; i < count; i++)
    if (secrets[i].len > longest && secrets[i].len <= len && memcmp(secrets[i].at, text, secrets[i].len) == 0) longest = secrets[i].len;
  return longest;
}

static bool begins_secret(const struct bytes *secrets, size_t count, const uint8_t *text, size_t len) {
  for (size_t i = 0; i < count; i++)
    if (secrets[i].len > len && memcmp(secrets[i].at, text, len) == 0) return true;
  return false;
}

enum { MASKED_TEXT_MAX = 4096 };

// The first bytes say what the secrets are (of few letters, so that they meet and overlap) and where the text is cut; what is masked in pieces is
// what is replaced in the whole, and no more is held back than may become a secret.
static void check_mask(struct bytes input) {
  static struct mask mask;
  static struct mask_stream stream;
  static uint8_t text[MASKED_TEXT_MAX], letters[MASKED_TEXT_MAX], want[MASKED_TEXT_MAX], got[MASKED_TEXT_MAX], window[MASK_HELD_MAX + MASKED_TEXT_MAX];
  struct bytes secrets[8], cuts = input;
  size_t count = 0, len = input.len < MASKED_TEXT_MAX ? input.len : MASKED_TEXT_MAX, made = 0, out = 0;
  uint8_t few, times, size;
  if (!take_u8(&input, &few) || !take_u8(&input, &times)) return;
  for (size_t i = 0; i < len; i++) text[i] = letters[i] = (uint8_t)('a' + cuts.at[i] % (1 + few % 4));
  memset(&mask, 0, sizeof mask.root + offsetof(struct mask, root));
  memset(mask.node, 0, sizeof *mask.node);
  while (count < 1 + times % 8U && take_u8(&input, &size)) {
    size = MASK_SHORTEST + size % 12;
    if (size > input.len || cuts.len > MASKED_TEXT_MAX) break;
    secrets[count] = (struct bytes){letters + (input.at - cuts.at), size};
    mask_add(&mask, secrets[count++]);
    input.at += size / 2; // so that they overlap in the text, too
    input.len -= size / 2;
  }
  mask_finish(&mask);
  for (size_t at = 0; at < len;) {
    size_t secret = secret_at(secrets, count, text + at, len - at);
    if (secret == 0) want[made++] = text[at++];
    else memcpy(want + made, "***", 3), made += 3, at += secret;
  }
  memset(&stream, 0, offsetof(struct mask_stream, bytes));
  for (size_t at = 0, cut = 0; at < len; cut++) {
    size_t piece = 1 + cuts.at[cut % cuts.len] % 64;
    if (piece > len - at) piece = len - at;
    size_t before = mask_begin(&stream, window);
    memcpy(window + before, text + at, piece);
    size_t passed = mask_run(&mask, &stream, window, before + piece, false);
    must(passed <= before + piece && out + passed <= made);
    memcpy(got + out, window, passed);
    out += passed, at += piece;
    must(stream.held == 0 || begins_secret(secrets, count, stream.bytes, stream.held));
  }
  size_t before = mask_begin(&stream, window);
  size_t passed = mask_run(&mask, &stream, window, before, true);
  must(out + passed == made && stream.held == 0);
  memcpy(got + out, window, passed);
  must(memcmp(got, want, made) == 0);
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
  check_mask(input);
  check_cgroup_text(input);
  proc_stat_parse(input, &stat);
  free(copy);
  return 0;
}

#ifdef FUZZ_MAIN
// Ten minutes of output, a piece each millisecond: half of the room takes all that comes, then ever less; it is never overfull.
static void check_times(void) {
  struct times times = {.path = "times", .file = -1};
  enum { ROOM = TIMES_MAX / TIMES_RECORD };
  size_t at_once = 0;
  uint64_t last = 0;
  for (uint64_t ms = 1; ms <= 600000; ms++) {
    times_note(&times, 0, ms, ms * 1000000);
    if (times.taken == 0) continue;
    if (ms == last + 1) at_once++;
    else must(times.written >= ROOM / 2 * TIMES_RECORD && ms - last >= 10);
    last = ms;
    times.written += times.taken * TIMES_RECORD;
    times.taken = 0;
  }
  must(at_once == ROOM - ROOM / 2 && times.written > (ROOM / 2 + 40000) * TIMES_RECORD && times.written < ROOM * TIMES_RECORD);
  times.written = ROOM * TIMES_RECORD;
  times_note(&times, 0, 0, UINT64_MAX);
  must(times.taken == 0);
}

enum { LONGEST = 4096, SEEDS = 9 };

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
  put_field(sample, TAG_FD, "\4\0\0\0\5data", 9);
  put_field(sample, TAG_FD, "\5\0\0\0\6\1\0\0\0\1", 10);
  put_field(sample, TAG_LIMIT, "\7soft....hard....", 17);
  put_field(sample, TAG_NICE, "\xec\xff\xff\xff", 4);
  put_field(sample, TAG_PDEATH, "\17", 1);
  put_field(sample, TAG_SIGNALS, "ignored.blocked.", 16);
  put_field(sample, TAG_CREDENTIALS, "uid.gid.grp1grp2", 16);
  put_field(sample, TAG_SEARCH, "\1", 1);
  put_field(sample, TAG_KEEP_INHERITED, "\1", 1);
  put_text(sample, TAG_JOURNAL, "journal");
  put_field(sample, TAG_ORPHANS, "\1", 1);
  put_text(sample, TAG_RESTRICT, "/bin/sh");
  put_text(sample, TAG_CGROUP, "/sys/fs/cgroup/a");
  put_text(sample, TAG_CGROUP_SETTING, "pids.max=3");
  put_field(sample, TAG_TIMEOUT, "\1\2\0\0\17\1\0\0\0", 9);
  put_field(sample, TAG_PERF, "\1", 1);
  put_field(sample, TAG_CAPTURE_OPTIONS, "\1\0\0\0\0\0\1\0\0\0\0\0\2\3", 14);
  put_text(sample, TAG_MASK, "secret");
  put_text(sample, TAG_TIMES, "times");
}

static void put_frame(struct sample *sample, uint8_t op, const void *body, size_t len) {
  size_t rest = FRAME_HEADER + len;
  put(sample, (uint8_t[]){(uint8_t)rest, (uint8_t)(rest >> 8), 0, 0, FRAME_VERSION, op, 0, 0, 1, 2, 3, 4}, 12);
  put(sample, body, len);
}

static void make_seeds(void) {
  static const char CGROUP[] = "usage_usec 1234\npopulated 1\nsome avg10=0.00 avg60=0.00 total=18446744073709551615\nfull total=x\n";
  static const char STAT[] = "12 (a ) b) R 1 2 3 0 -1 4194304 54 0 0 0 0 0 0 0 20 0 1 0 377499 2703360 285 18446744073709551615 1 2 3 4 5 256 0\n";
  put_start(&seeds[0]);
  put_frame(&seeds[1], OP_START, seeds[0].bytes, seeds[0].len);
  put_frame(&seeds[2], OP_COMMAND, "pid.start...\1\17gra", 18);
  put_frame(&seeds[3], OP_WATCH, "pid.start...", 12);
  put(&seeds[4], STAT, sizeof STAT - 1);
  put(&seeds[5], "\xed\xa0\x80\xf4\x90\x80\x80\xc0\x80\xe0\x80\x80\xff\0\"\\\n\x7f", 17);
  for (int i = 1; i <= 3; i++) put(&seeds[6], seeds[i].bytes, seeds[i].len);
  put_frame(&seeds[7], OP_UNPIPE, "pipe", 4);
  put(&seeds[8], CGROUP, sizeof CGROUP - 1);
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

// What libFuzzer is to begin with: a file each.
static int write_seeds(const char *folder) {
  for (int i = 0; i < SEEDS; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/seed-%d", folder, i);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(seeds[i].bytes, 1, seeds[i].len, file) != seeds[i].len || fclose(file) != 0) return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  make_seeds();
  if (argc == 3 && strcmp(argv[1], "seeds") == 0) return write_seeds(argv[2]);
  long iterations = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
  state = argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 88172645463325252U;
  check_times();
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
