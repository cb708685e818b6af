#include "procfs.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

#include "kernel.h"

static bool take_number(struct bytes *text, int64_t *out) {
  while (text->len > 0 && text->at[0] == ' ') text->at++, text->len--;
  bool minus = text->len > 0 && text->at[0] == '-';
  if (minus) text->at++, text->len--;
  uint64_t value = 0;
  size_t digits = 0;
  for (; text->len > 0 && text->at[0] >= '0' && text->at[0] <= '9'; text->at++, text->len--, digits++)
    value = value * 10 + (uint64_t)(text->at[0] - '0');
  *out = (int64_t)(minus ? 0 - value : value);
  return digits > 0;
}

bool proc_stat_parse(struct bytes text, struct proc_stat *out) {
  int64_t pid;
  if (!take_number(&text, &pid)) return false;
  // The name may hold parentheses, spaces and newlines; nothing after it holds a parenthesis.
  size_t close = text.len;
  while (close > 0 && text.at[close - 1] != ')') close--;
  if (close == 0 || text.len < close + 2) return false;
  char state = (char)text.at[close + 1];
  text.at += close + 2;
  text.len -= close + 2;
  int64_t field[32] = {0};
  for (int i = 4; i <= 31; i++)
    if (!take_number(&text, &field[i])) return false;
  *out = (struct proc_stat){
      .pid = (pid_t)pid,
      .ppid = (pid_t)field[4],
      .state = state,
      .flags = (uint32_t)field[9],
      .threads = (uint64_t)field[20],
      .start = (uint64_t)field[22],
      .pending = (uint64_t)field[31],
  };
  return true;
}

size_t proc_read(pid_t pid, const char *name, char *buffer, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t got = read(fd, buffer, size);
  close(fd);
  return got > 0 ? (size_t)got : 0;
}

bool proc_stat_read(pid_t pid, struct proc_stat *out) {
  char text[1024];
  size_t len = proc_read(pid, "stat", text, sizeof text);
  return proc_stat_parse((struct bytes){(const uint8_t *)text, len}, out);
}

bool proc_dying(const struct proc_stat *stat) {
  if (stat->pending & 1U << (SIGKILL - 1)) return true;
  return stat->threads <= 1 && (stat->state == 'Z' || stat->state == 'X' || (stat->flags & TASK_EXITING) != 0);
}
