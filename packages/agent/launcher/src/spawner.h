#ifndef PROCSTAR_SPAWNER_H
#define PROCSTAR_SPAWNER_H

// Serves the agent until it closes its end. `stdin_fd` and `stdout_fd` are what procs inherit as 0 and 1, -1 for /dev/null.
// Returns the exit status.
int spawner_run(const char *lock_file, int stdin_fd, int stdout_fd);

#endif
