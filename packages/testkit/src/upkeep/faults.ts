import { readFileSync, rmSync } from 'node:fs'
import {
  DEAD,
  EPOCH,
  type Fault,
  FIRED,
  JOURNAL,
  MODE,
  type Mode,
  MODES,
  NTH,
  sharedNumbers,
  THREAD,
} from './fault-state.ts'

/** Something that can fail: the nth that a thread asks of a file or a database. */
export interface Point {
  readonly thread: number
  readonly nth: number
  /** What it is; begins with `in ` within a transaction. */
  readonly label: string
}

/** How an operation ended with a fault. */
export interface Faulty {
  /** Whether the fault came to happen. */
  readonly fired: boolean
  /** What the operation threw; null where it went well all the same. */
  readonly error: unknown
}

const numbers: Int32Array = sharedNumbers()

/** What could fail in an operation that nothing disturbs. */
export async function pointsOf(operation: () => Promise<void>): Promise<readonly Point[]> {
  const journal = process.env[JOURNAL] ?? ''
  set('note', { thread: 0, nth: 0 })
  await operation()
  set('off', { thread: 0, nth: 0 })
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n')
  rmSync(journal)
  return lines.map((line) => pointOf(JSON.parse(line)))
}

/** Does it while one thing fails. After a `death` nothing is done any more until `revive`. */
export async function withFault(fault: Fault, point: Point, operation: () => Promise<void>): Promise<Faulty> {
  set(fault, point)
  const error = await operation().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  Atomics.store(numbers, MODE, MODES.indexOf('off'))
  return { fired: Atomics.load(numbers, FIRED) === 1, error }
}

/** Another process, so to speak, which knows nothing of the one that died. */
export function revive(): void {
  Atomics.store(numbers, DEAD, 0)
}

function set(mode: Mode, { thread, nth }: Pick<Point, 'thread' | 'nth'>): void {
  Atomics.store(numbers, FIRED, 0)
  Atomics.store(numbers, THREAD, thread)
  Atomics.store(numbers, NTH, nth)
  Atomics.add(numbers, EPOCH, 1)
  Atomics.store(numbers, MODE, MODES.indexOf(mode))
}

function pointOf(line: unknown): Point {
  if (!Array.isArray(line)) throw new Error('the journal has a line that is none')
  const values: readonly unknown[] = line
  const [thread, nth, label] = values
  return { thread: Number(thread), nth: Number(nth), label: String(label) }
}
