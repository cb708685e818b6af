// A command to a monitor: 64 bits that come with a signal. Launchers of different versions understand each other, so the form stays.
#ifndef PROCSTAR_COMMAND_H
#define PROCSTAR_COMMAND_H

#include <stdint.h>
#include <sys/types.h>

enum { COMMAND_SIGNAL = 40, SIGNUM_LAST = 64 };

enum command_what { COMMAND_SIGNAL_PROC = 0, COMMAND_STOP_TREE = 1 };

struct command {
  uint8_t what, signum;
  uint32_t grace; // ms
};

static inline uint64_t command_pack(struct command command) {
  return (uint64_t)command.what | (uint64_t)command.signum << 8 | (uint64_t)command.grace << 32;
}

static inline struct command command_unpack(uint64_t bits) {
  return (struct command){.what = (uint8_t)bits, .signum = (uint8_t)(bits >> 8), .grace = (uint32_t)(bits >> 32)};
}

// Sends it to that very monitor. 0 or errno: ESRCH when it is gone, EINVAL when the command is none.
int command_send(pid_t monitor, uint64_t start, struct command command);

// A pidfd of the process with that pid and start time, if it is alive; or -1 with errno ESRCH or another.
int pidfd_of_monitor(pid_t monitor, uint64_t start);

#endif
