// The physical limit that the launcher is measured against: vfork, exec and wait of a program, N times, one after another.
//   spawn-loop N PROGRAM [ARG...]
// Prints `{"rate":R,"seconds":S,"failed":F}`: starts a second, and how many did not exit with 0.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run_once(char **argv) {
  static char *environment[] = {NULL};
  int status = -1;
  pid_t pid = vfork();
  if (pid == 0) {
    execve(argv[0], argv, environment);
    _exit(127);
  }
  if (pid > 0) waitpid(pid, &status, 0);
  return status;
}

int main(int argc, char **argv) {
  int count = argc >= 3 ? atoi(argv[1]) : 0;
  if (count <= 0) {
    fprintf(stderr, "usage: spawn-loop N PROGRAM [ARG...]\n");
    return 2;
  }
  int failed = 0;
  double from = seconds();
  for (int i = 0; i < count; i++)
    if (run_once(argv + 2) != 0) failed++;
  double took = seconds() - from;
  printf("{\"rate\":%.1f,\"seconds\":%.4f,\"failed\":%d}\n", count / took, took, failed);
  return failed == 0 ? 0 : 1;
}
