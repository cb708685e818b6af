#ifndef PROCSTAR_CHILD_EXEC_H
#define PROCSTAR_CHILD_EXEC_H

// Executes that very file. Returns errno.
int exec_named(const char *file, char **argv, char **envp);

// Executes the first `file` that can be executed in the PATH of `envp`, by the rules of execvp but for one: what is no program is not given to
// a shell. A name with a slash is not searched for. Returns errno.
int exec_searched(const char *file, char **argv, char **envp);

#endif
