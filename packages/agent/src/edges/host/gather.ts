import { readFileSync } from 'node:fs'
import { type Gathered, type OutputFile, type Proc, statStartTime } from '../../machine/index.ts'
import { outputLength, readOutput } from '../spool/index.ts'

/** Most bytes of an attached output that go into a result; a longer one shows as an error there, and is had by range. */
export const LONGEST_ATTACHED: number = 64 * 1024 * 1024

/** Reads what a result needs of the host. What cannot be read is null. */
export async function gather(
  proc: Proc,
  outputs: (fd: number) => OutputFile,
  pathOf: (file: OutputFile) => string,
): Promise<Gathered> {
  const captures = new Map<number, number | Uint8Array | null>()
  for (const { fd, action } of proc.fds) {
    if (action.kind !== 'capture') continue
    const path = pathOf(outputs(fd))
    const known = proc.state === 'ended' && !action.attached ? proc.end.lengths?.get(fd) : undefined
    captures.set(fd, known ?? (await capture(path, action.attached).catch(() => null)))
  }
  return { ...live(proc), captures }
}

async function capture(path: string, attached: boolean): Promise<number | Uint8Array | null> {
  const length = await outputLength(path)
  if (!attached) return length
  return length > LONGEST_ATTACHED ? null : readOutput(path, 0, length)
}

function live(proc: Proc): { readonly stat: string | null; readonly statm: string | null } {
  if (proc.state !== 'running') return { stat: null, statm: null }
  const { pid, pidStart } = proc.started
  const stat = readProc(pid, 'stat')
  // The pid may belong to another process by now.
  const same = stat !== null && (pidStart === 0 || statStartTime(stat) === pidStart)
  return same ? { stat, statm: readProc(pid, 'statm') } : { stat: null, statm: null }
}

// Not a disk: the kernel makes the text in microseconds, and the way through the thread pool costs ten times that.
function readProc(pid: number, name: 'stat' | 'statm'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null
  }
}
