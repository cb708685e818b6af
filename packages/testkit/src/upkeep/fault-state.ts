import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

/** The environment variable with the path of the file that what could fail is written to, a line each. */
export const JOURNAL = 'APSIS_FAULT_JOURNAL'

/** What is done at a point: nothing yet but to note it, or how it fails. `refused`: it was not done, and a transaction goes on; `full`: the disk is full, upon which SQLite rolls back; `death`: nothing more is done. */
export const MODES = ['off', 'note', 'refused', 'full', 'death'] as const

export type Mode = (typeof MODES)[number]

/** The ways to fail. */
export type Fault = Exclude<Mode, 'off' | 'note'>

/** Places of the numbers below. */
export const EPOCH = 0
export const MODE = 1
export const THREAD = 2
export const NTH = 3
export const FIRED = 4
export const DEAD = 5

const KEY = 'apsis-faults'

/** Threads by name, as the store names them; those that read share one. */
export const THREADS = ['main', 'runs-writer', 'outputs-writer', 'keeper', 'reader'] as const

/** Numbers that all threads of the process see. The first who asks makes them, before any other thread is started. */
export function sharedNumbers(): Int32Array {
  const known = getEnvironmentData(KEY)
  if (known instanceof SharedArrayBuffer) return new Int32Array(known)
  const made = new SharedArrayBuffer(8 * Int32Array.BYTES_PER_ELEMENT)
  setEnvironmentData(KEY, made)
  return new Int32Array(made)
}
