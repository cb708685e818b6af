#ifndef PROCSTAR_JOURNAL_H
#define PROCSTAR_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

// Makes FD_JOURNAL the journal at `path`, made if missing; no work when it is that file already. 0 or errno.
int journal_open(const char *path);

// Appends the line (which has its newlines) to FD_JOURNAL in one write. False when it is not there whole: the writer is to try again later,
// with the whole line, which begins with a newline to end what is there of the last try.
bool journal_append(const char *line, size_t len);

#endif
