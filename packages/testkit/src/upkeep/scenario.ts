import { type Fault, THREADS } from './fault-state.ts'
import type { Point } from './faults.ts'

/** The world in which an operation is done once with a fault, and then again without. */
export interface Try {
  operate(): Promise<void>
  /** After it failed, and after a death: what is lost, half-applied, or not said as it should be. */
  afterFault(fault: Fault, error: unknown): Promise<readonly string[]>
  /** Once it was done again: what is not as it is where nothing ever failed. */
  atEnd(): Promise<readonly string[]>
  /** Gives up what it holds. */
  end(): Promise<void>
}

/** An operation of the upkeep, and how to know that it went well. */
export interface Scenario {
  /** In an empty folder of its own. */
  begin(folder: string): Promise<Try>
  /** Gives up what all tries share. */
  close(): Promise<void>
  /** Where they are cheap, each point is refused once; where they are dear, what ends a transaction or is in none, and one write of each. */
  readonly tries: 'cheap' | 'dear'
  /** What another scenario tries already; null: nothing. */
  readonly elsewhere: RegExp | null
  /** Whether this thread takes part; null: all do. */
  readonly thread: number | null
}

/** What can leave something on the disk: what is in no transaction and writes, or the end of one. To die anywhere else is to die before the next of these. */
const DURABLE =
  /^(?:in COMMIT|(?:INSERT|UPDATE|DELETE|VACUUM|PRAGMA (?:journal_mode|wal_checkpoint)|backup|open|rename|rm|mkdir|copyFile|writeFile|chmod|sync)\b)/

/** After which nothing is otherwise but for a power cut. */
const PASSING = /^(?:open .* r|sync .*)$/

/** What needs room. At the end of a transaction it is another thing than a refusal: SQLite rolls back by itself. */
const GROWS = /^(?:in COMMIT|INSERT|VACUUM|backup|mkdir|copyFile|writeFile)/

/** A thread that only reads: what it ends leaves nothing. */
const READER: number = THREADS.indexOf('reader')

/** The points that are failed in a way. */
export function pointsFor(
  { thread, tries, elsewhere }: Scenario,
  points: readonly Point[],
  fault: Fault,
): readonly Point[] {
  const taking = points.filter(
    (point) => (thread === null || point.thread === thread) && elsewhere?.test(point.label) !== true,
  )
  if (fault === 'refused') return tries === 'cheap' ? taking : ofEachKind(taking)
  const durable = taking.filter(
    (point) => point.thread !== READER && DURABLE.test(point.label) && !PASSING.test(point.label),
  )
  if (fault === 'death' && tries === 'dear') return durable.filter(({ label }) => !label.startsWith('open '))
  return fault === 'full' ? durable.filter(({ label }) => GROWS.test(label)) : durable
}

/** What ends a transaction or is in none, and the first write of each: all that is in it goes the same way when it fails. */
function ofEachKind(points: readonly Point[]): readonly Point[] {
  const written = new Set<number>()
  const opened = new Set<string>()
  return points.filter(({ thread, label }) => {
    if (label.startsWith('BEGIN')) written.delete(thread)
    const isFirst = /^in (?:INSERT|UPDATE|DELETE|CREATE|DROP)/.test(label) && !written.has(thread)
    if (isFirst) written.add(thread)
    const isKnown = label.startsWith('open ') && opened.has(label)
    opened.add(label)
    return isFirst || (DURABLE.test(label) && !isKnown)
  })
}
