#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spawner.h"

enum { EXIT_USAGE = 2 };

static bool number(const char *text, int *out) {
  char *end;
  long value = strtol(text, &end, 10);
  *out = (int)value;
  return end != text && *end == 0 && value >= 0 && value < 64;
}

int main(int argc, char **argv) {
  int stdin_fd = -1, stdout_fd = -1;
  bool spawn = argc >= 3 && strcmp(argv[1], "spawn") == 0;
  if (spawn && argc == 3) return spawner_run(argv[2], -1, -1);
  if (spawn && argc == 5 && number(argv[3], &stdin_fd) && number(argv[4], &stdout_fd)) return spawner_run(argv[2], stdin_fd, stdout_fd);
  fprintf(stderr, "usage: procstar-launcher spawn LOCKFILE [STDIN STDOUT]\n"
                  "  STDIN, STDOUT: numbers of the descriptors (0 to 63) that processes inherit as 0 and 1\n");
  return EXIT_USAGE;
}
