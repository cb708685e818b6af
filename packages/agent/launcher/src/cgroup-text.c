#include "cgroup-text.h"

// Digits up to the end, a space or the line's end.
bool cgroup_number(struct bytes text, uint64_t *out) {
  uint64_t value = 0;
  size_t i = 0;
  for (; i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++) {
    uint64_t digit = (uint64_t)(text.at[i] - '0');
    if (value > (UINT64_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (i == 0 || (i < text.len && text.at[i] != '\n' && text.at[i] != ' ')) return false;
  *out = value;
  return true;
}

static bool next_line(struct bytes *text, struct bytes *line) {
  if (text->len == 0) return false;
  const uint8_t *end = memchr(text->at, '\n', text->len);
  take_bytes(text, end == NULL ? text->len : (size_t)(end - text->at) + 1, line);
  return true;
}

static bool skip_word(struct bytes *line, const char *word) {
  struct bytes skipped;
  size_t len = strlen(word);
  return line->len >= len && memcmp(line->at, word, len) == 0 && take_bytes(line, len, &skipped);
}

bool cgroup_key(struct bytes text, const char *key, uint64_t *out) {
  struct bytes line;
  while (next_line(&text, &line))
    if (skip_word(&line, key) && skip_word(&line, " ")) return cgroup_number(line, out);
  return false;
}

bool cgroup_pressure(struct bytes text, uint64_t *out) {
  struct bytes line, skipped;
  while (next_line(&text, &line)) {
    if (!skip_word(&line, "some ")) continue;
    for (; line.len > 0; take_bytes(&line, 1, &skipped))
      if (skip_word(&line, "total=")) return cgroup_number(line, out);
    return false;
  }
  return false;
}
