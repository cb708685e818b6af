import { errorName } from './errno.ts'
import type { StageError } from './journal.ts'

const EINTR = 4

/** The text of a failed step in a result, as existing agents have it where they do the same step (spec/procstar.md 7). */
export function stageErrorText(error: StageError, exe: string): string {
  const reason = `${errorName(error.errno) ?? (error.text || 'error')} (os error ${error.errno})`
  switch (error.stage) {
    case 'exec':
      return `execve failed: ${exe}: ${reason}`
    case 'fd':
      return `failed to set up fd ${error.fd ?? '?'}: ${reason}`
    case 'session':
      return `setsid failed: ${reason}`
    case 'restrict':
      return `restricted executable: ${error.text}`
    case 'start':
      // EINTR is the launcher's word for this; it does not know whether it was a stop or the kernel.
      return error.errno === EINTR
        ? 'start failed: killed before it started, by a stop or perhaps by its memory limit'
        : `start failed: ${reason}`
    case 'limits':
    case 'cgroup':
      // Which of them it was stands before what the operating system says; older launchers did not tell.
      return error.text.includes(': ')
        ? `${error.stage} failed: ${error.text} (os error ${error.errno})`
        : `${error.stage} failed: ${reason}`
    default:
      return `${error.stage} failed: ${reason}`
  }
}
