// Every limit of the launcher; PROTOCOL.md says what happens at each.
#ifndef PROCSTAR_LIMITS_H
#define PROCSTAR_LIMITS_H

enum {
  FILES_LEAST = 128,           // open files that the spawner has to be allowed
  FRAME_MAX = 4 * 1024 * 1024, // of a frame's rest, after its length
  ID_MAX = 255,                // bytes of a proc id
  PATH_LONGEST = 4095,         // bytes of a path that the monitor keeps
  ACTIONS_MAX = 256,           // descriptor actions of a start
  CAPTURES_MAX = 16,           // captures among them
  PIPE_ACTIONS_MAX = 32,       // ends of pipes between procs among them
  PIPES_MAX = 256,             // pipes of which the spawner keeps an end
  GROUPS_MAX = 65536,          // supplementary groups of a proc, as the kernel has it
  CGROUPS_MAX = 8,             // cgroups of a proc: one a hierarchy
  SETTING_NAME_MAX = 255,      // bytes of a setting's file name
  SETTINGS_MAX = 64,           // settings of them
  PIECE_MAX = 256 * 1024,      // bytes of output that are read at once
  MASKS_MAX = 256,             // secrets of a start
  MASK_SHORTEST = 4,           // bytes of a secret
  MASK_BYTES_MAX = 64 * 1024,  // bytes of all secrets
  TIMES_MAX = 4 * 1024 * 1024, // bytes of a file of times
  ERRORS_MAX = 32,             // errors of a proc that are kept
  MONITORS_MAX = 65536,        // monitors that a spawner knows at a time
  REPLIES_MAX = 256 * 1024,    // bytes of replies that wait for the agent
  LOCK_WAIT_MS = 10000,        // for an older spawner and its monitors
  RETRY_MS = 1000,             // between tries to write to a full disk
};

#endif
