// System calls and constants that a C library of 2020 may lack. The numbers are the same on x86_64 and arm64.
#ifndef PROCSTAR_KERNEL_H
#define PROCSTAR_KERNEL_H

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#if !defined(__linux__) || !(defined(__x86_64__) || defined(__aarch64__))
#error "procstar-launcher is for Linux on x86_64 and arm64"
#endif

enum {
  NR_PIDFD_SEND_SIGNAL = 424,
  NR_PIDFD_OPEN = 434,
  NR_CLOSE_RANGE = 436,
};

// close_range(2): mark close-on-exec instead of closing (Linux 5.11).
enum { CLOSE_RANGE_MARK = 4 };

// Flags of a task in /proc/PID/stat.
enum { TASK_EXITING = 0x4, TASK_NEVER_EXECED = 0x40 };

static inline int pidfd_of(pid_t pid) { return (int)syscall(NR_PIDFD_OPEN, pid, 0U); }

static inline int pidfd_signal(int pidfd, int signum, siginfo_t *info) {
  return (int)syscall(NR_PIDFD_SEND_SIGNAL, pidfd, signum, info, 0U);
}

static inline int range_close(unsigned first, unsigned last, unsigned flags) {
  return (int)syscall(NR_CLOSE_RANGE, first, last, flags);
}

// Signals by the kernel itself: a C library hides those that it uses within (32 to 34), and would leave them to kill a launcher.
#define SIGNALS_ALL UINT64_MAX

static inline void signals_block(uint64_t set) { syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, sizeof set); }

// 0 or errno: EINVAL for a signal that cannot be ignored.
static inline int signal_ignore(int signum) {
  static const uintptr_t action[8] = {1}; // in every layout, the handler is first, and SIG_IGN is 1
  return syscall(SYS_rt_sigaction, signum, action, NULL, sizeof(uint64_t)) == 0 ? 0 : errno;
}

static inline void signal_default(int signum) {
  static const unsigned char action[64]; // in every layout, SIG_DFL is zeros
  syscall(SYS_rt_sigaction, signum, action, NULL, sizeof(uint64_t));
}

#endif
