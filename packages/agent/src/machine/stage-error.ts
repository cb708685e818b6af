import { errorName } from './errno.ts'
import type { StageError } from './journal.ts'

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
    default:
      return `${error.stage} failed: ${reason}`
  }
}
