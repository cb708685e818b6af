// Every limit of the launcher; PROTOCOL.md says what happens at each.
#ifndef PROCSTAR_LIMITS_H
#define PROCSTAR_LIMITS_H

enum {
  FRAME_MAX = 4 * 1024 * 1024, // of a frame's rest, after its length
  ID_MAX = 255,                // bytes of a proc id
  PATH_LONGEST = 4095,         // bytes of a path that the monitor keeps
  ACTIONS_MAX = 256,           // descriptor actions of a start
  CAPTURES_MAX = 16,           // captures among them
  ERRORS_MAX = 32,             // errors of a proc that are kept
  MONITORS_MAX = 65536,        // monitors that a spawner knows at a time
  REPLIES_MAX = 256 * 1024,    // bytes of replies that wait for the agent
  LOCK_WAIT_MS = 10000,        // for an older spawner and its monitors
  RETRY_MS = 1000,             // between tries to write to a full disk
};

#endif
