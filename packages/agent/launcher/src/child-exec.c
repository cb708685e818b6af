#include "child-exec.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "limits.h"

enum { NAME_LONGEST = 255 };

static const char DEFAULT_PATH[] = "/bin:/usr/bin"; // as confstr(_CS_PATH) of Linux's C libraries

static const char *path_of(char **envp) {
  for (; *envp != NULL; envp++)
    if (strncmp(*envp, "PATH=", 5) == 0) return *envp + 5;
  return DEFAULT_PATH;
}

// An empty folder is the working directory. False when it is too long to be opened.
static bool join(char *out, const char *folder, size_t folder_len, const char *file, size_t file_len) {
  if (folder_len + 1 + file_len > PATH_LONGEST) return false;
  memcpy(out, folder, folder_len);
  if (folder_len > 0) out[folder_len++] = '/';
  memcpy(out + folder_len, file, file_len + 1);
  return true;
}

// The file is not to be had in this folder, and another may have it.
static bool goes_on(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE || error == ENODEV || error == ETIMEDOUT;
}

int exec_named(const char *file, char **argv, char **envp) {
  execve(file, argv, envp);
  return errno;
}

int exec_searched(const char *file, char **argv, char **envp) {
  char candidate[PATH_LONGEST + 1];
  size_t file_len = strlen(file);
  if (file_len == 0) return ENOENT;
  if (strchr(file, '/') != NULL) return exec_named(file, argv, envp);
  if (file_len > NAME_LONGEST) return ENAMETOOLONG;
  int result = ENOENT;
  for (const char *folder = path_of(envp);; folder++) {
    size_t folder_len = strcspn(folder, ":");
    if (join(candidate, folder, folder_len, file, file_len)) {
      int error = exec_named(candidate, argv, envp);
      if (!goes_on(error)) return error;
      if (error == EACCES) result = EACCES;
    }
    folder += folder_len;
    if (*folder == 0) return result;
  }
}
