import { appendFileSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'
import {
  DEAD,
  EPOCH,
  type Fault,
  FIRED,
  JOURNAL,
  MODE,
  MODES,
  NTH,
  sharedNumbers,
  THREAD,
  THREADS,
} from './fault-state.ts'

const numbers = sharedNumbers()
const thread = isMainThread ? 0 : THREADS.findIndex((name) => name === threadName)
let epoch = 0
let count = 0

/** How what a thread asks for now fails; null where it does not. `label`: what it is. */
export function faultOf(label: () => string): Fault | null {
  if (Atomics.load(numbers, DEAD) === 1) return 'death'
  const mode = MODES[Atomics.load(numbers, MODE)]
  if (mode === undefined || mode === 'off') return null
  const now = Atomics.load(numbers, EPOCH)
  if (now !== epoch) count = 0
  epoch = now
  count++
  if (mode === 'note') {
    appendFileSync(process.env[JOURNAL] ?? '', `${JSON.stringify([thread, count, label()])}\n`)
    return null
  }
  const isIt = thread === Atomics.load(numbers, THREAD) && count === Atomics.load(numbers, NTH)
  if (!isIt || Atomics.compareExchange(numbers, FIRED, 0, 1) !== 0) return null
  if (mode === 'death') Atomics.store(numbers, DEAD, 1)
  return mode
}

/** What SQLite would say. */
export function sqlError(fault: Fault, opening: boolean): Error {
  const [errcode, said] =
    fault === 'full'
      ? [13, 'database or disk is full']
      : opening
        ? [14, 'unable to open database file']
        : [5, 'database is locked']
  return Object.assign(new Error(said), { code: 'ERR_SQLITE_ERROR', errcode, errstr: said })
}

/** What the file system would say. */
export function fileError(fault: Fault, syscall: string): Error {
  const [code, said] = fault === 'full' ? ['ENOSPC', 'no space left on device'] : ['EIO', 'i/o error']
  return Object.assign(new Error(`${code}: ${said}, ${syscall}`), { code, syscall, errno: -1 })
}
