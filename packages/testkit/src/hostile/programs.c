// The hostile programs that are not to be had of a shell: programs NAME [ARG].
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void up(void) {
  if (write(1, "up\n", 3) != 3) _exit(1);
}

static void forever(void) {
  for (;;) pause();
}

static void deaf(void) {
  for (int sig = 1; sig <= 64; sig++) signal(sig, SIG_IGN);
}

// Twice forked, in a session of its own, without descriptors and deaf to every signal that can be ignored.
static void daemonise(int keep_pipe) {
  if (fork() != 0) return;
  setsid();
  if (fork() != 0) _exit(0);
  deaf();
  if (chdir("/") != 0) _exit(1);
  up();
  if (!keep_pipe) for (int fd = 0; fd < 64; fd++) close(fd);
  forever();
}

static void bomb(int bound) {
  struct rlimit limit = {(rlim_t)bound, (rlim_t)bound};
  setrlimit(RLIMIT_NPROC, &limit);
  deaf();
  up();
  // The limit does not hold root: so a depth does.
  for (int depth = 0; depth < 7; depth++) fork();
  forever();
}

static void respawn(int generations) {
  deaf();
  up();
  // Whoever ends is followed by a child that was there before. Bounded, should nobody end it.
  for (int generation = 0; generation < generations; generation++) {
    pid_t child = fork();
    if (child < 0) continue;
    if (child > 0) {
      usleep(2000);
      _exit(0);
    }
    setsid();
  }
}

static void zombies(void) {
  for (int i = 0; i < 200; i++) if (fork() == 0) _exit(i & 0x7f);
  up();
  forever();
}

static void frozen(void) {
  for (int i = 0; i < 3; i++) {
    if (fork() == 0) {
      setsid();
      raise(SIGSTOP);
      forever();
    }
  }
  up();
  raise(SIGSTOP);
  forever();
}

static void borrowed(void) {
  // The parent is suspended as long as the child neither ends nor executes something.
  up();
  if (vfork() == 0) {
    deaf();
    for (;;) pause();
  }
  forever();
}

static void flood(long bytes) {
  static unsigned char block[1 << 16];
  // Every block differs from the one before, so that what is missing, twice there or elsewhere shows: xorshift32, from 1, its low byte.
  unsigned int state = 1;
  while (bytes > 0) {
    for (size_t i = 0; i < sizeof block; i++) {
      state ^= state << 13, state ^= state >> 17, state ^= state << 5;
      block[i] = (unsigned char)state;
    }
    // Written whole, so that the sequence is that of the bytes.
    size_t size = bytes < (long)sizeof block ? (size_t)bytes : sizeof block;
    for (size_t done = 0; done < size;) {
      ssize_t n = write(1, block + done, size - done);
      if (n < 0) _exit(1);
      done += (size_t)n;
    }
    bytes -= (long)size;
  }
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "";
  long arg = argc > 2 ? atol(argv[2]) : 0;
  if (!strcmp(name, "daemon")) { daemonise(0); forever(); }
  if (!strcmp(name, "holder")) { daemonise(1); usleep(50000); return 7; }
  if (!strcmp(name, "deaf")) { deaf(); up(); forever(); }
  if (!strcmp(name, "bomb")) bomb((int)arg);
  if (!strcmp(name, "respawn")) respawn(1000);
  if (!strcmp(name, "nest")) { if (fork() == 0) respawn(10000); else forever(); }
  if (!strcmp(name, "zombies")) zombies();
  if (!strcmp(name, "frozen")) frozen();
  if (!strcmp(name, "borrowed")) borrowed();
  if (!strcmp(name, "flood")) flood(arg);
  if (!strcmp(name, "signal")) {
    signal((int)arg, SIG_DFL);
    syscall(SYS_kill, getpid(), (int)arg); // C libraries keep 32 and 33 from those who ask them
    forever();
  }
  if (!strcmp(name, "rename")) { prctl(PR_SET_NAME, "a) Z 1\n(b) 2"); up(); forever(); }
  if (!strcmp(name, "silent")) { up(); close(0); close(1); close(2); forever(); }
  return 0;
}
