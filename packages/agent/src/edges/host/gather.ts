import { readFileSync, readlinkSync } from 'node:fs'
import { type Captured, type Gathered, type OutputFile, type Proc, statStartTime } from '../../machine/index.ts'
import { lookKept, readKept } from './kept.ts'

/** Most bytes of an attached output that go into a result; a longer one shows as an error there, and is had by range. */
export const LONGEST_ATTACHED: number = 64 * 1024 * 1024

/** Reads what a result needs of the host. What cannot be read is null; so is, when `brief`, for a process that has just started, what it uses: and it has written nothing. */
export async function gather(
  proc: Proc,
  outputs: (fd: number) => OutputFile,
  pathOf: (file: OutputFile) => string,
  brief: boolean = false,
): Promise<Gathered> {
  const captures = new Map<number, Captured>()
  for (const { fd, action } of proc.fds) {
    if (action.kind !== 'capture') continue
    if (brief) {
      captures.set(fd, { length: 0, dropped: null })
      continue
    }
    const path = pathOf(outputs(fd))
    const known = (proc.state === 'ended' ? proc.end.lengths?.get(fd) : undefined) ?? null
    const read = action.attached ? readKept(path, action, known, LONGEST_ATTACHED) : lookKept(path, action, known)
    captures.set(fd, await read.catch(() => null))
  }
  return { ...(brief ? NOT_LIVE : live(proc)), captures }
}

function live(proc: Proc): Pick<Gathered, 'stat' | 'statm' | 'cwd'> {
  if (proc.state !== 'running') return NOT_LIVE
  const { pid, pidStart } = proc.started
  const stat = readProc(pid, 'stat')
  // The pid may belong to another process by now.
  const same = stat !== null && (pidStart === 0 || statStartTime(stat) === pidStart)
  return same ? { stat, statm: readProc(pid, 'statm'), cwd: readCwd(pid) } : NOT_LIVE
}

const NOT_LIVE = { stat: null, statm: null, cwd: null }

function readCwd(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
  }
}

// Not a disk: the kernel makes the text in microseconds, and the way through the thread pool costs ten times that.
function readProc(pid: number, name: 'stat' | 'statm'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null
  }
}
