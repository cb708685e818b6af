/** What strerror(3) says of the errors that starting a process can meet, and their numbers on Linux. */
const TEXTS: Readonly<Record<number, string>> = {
  1: 'Operation not permitted',
  2: 'No such file or directory',
  3: 'No such process',
  4: 'Interrupted system call',
  5: 'Input/output error',
  6: 'No such device or address',
  7: 'Argument list too long',
  8: 'Exec format error',
  9: 'Bad file descriptor',
  11: 'Resource temporarily unavailable',
  12: 'Cannot allocate memory',
  13: 'Permission denied',
  14: 'Bad address',
  16: 'Device or resource busy',
  17: 'File exists',
  19: 'No such device',
  20: 'Not a directory',
  21: 'Is a directory',
  22: 'Invalid argument',
  23: 'Too many open files in system',
  24: 'Too many open files',
  26: 'Text file busy',
  27: 'File too large',
  28: 'No space left on device',
  30: 'Read-only file system',
  36: 'File name too long',
  38: 'Function not implemented',
  40: 'Too many levels of symbolic links',
  74: 'Bad message',
  122: 'Disk quota exceeded',
}

export const ESRCH = 3

/** The text of an error number, or null when it is not one that is expected here. */
export function errorName(errno: number): string | null {
  return TEXTS[errno] ?? null
}

/** The text of an error number as existing agents write it. */
export function osError(errno: number): string {
  return `${errorName(errno) ?? 'Unknown error'} (os error ${errno})`
}
