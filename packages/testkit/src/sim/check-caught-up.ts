import { OVERDUE } from '@apsis/core/catchup'
import type { InstantRow, Reader } from '@apsis/store/port'
import type { Folder } from './folder.ts'
import { instantsOf } from './schedule-model.ts'
import type { Trace } from './trace.ts'

const ALL = 10_000_000
const COUNTS =
  /; only the (?:last is|newest (\d+) are) made up for \((\d+) overdue(?:, and (\d+) from before that waits? for (?:its|their) turn)?\)$/
/** When the server counted, by its own clock. */
const COUNTED = /(?: to | until )(\d{4}-\S+?)[,;]/
/** From when a schedule was counted to when what is missed of it has its verdict, at most, while commits are slow or fail, ms. */
const DECIDING = 60_000

interface Bounded {
  readonly due: number
  /** When it was missed. */
  readonly at: number
  /** When it was counted: a clock that was set in between puts hours there. */
  readonly counted: number
  /** Whether no clock was ever set back. */
  readonly isSteady: boolean
  readonly most: number
  readonly overdue: number
  readonly waiting: number
}

/**
 * SIM25: counts again, from the ledger and the schedule, what was overdue when an instant was missed for the bound on how many are made up for. What was
 * decided, or came to be overdue, in the time that a decision takes may be among them or not; so may what was to get its row when its job was changed.
 */
export async function checkCaughtUp(
  read: Reader,
  folder: Folder,
  trace: Trace,
  problem: (text: string) => void,
): Promise<void> {
  const rows = await read.instants(null, 0, Number.MAX_SAFE_INTEGER, ALL)
  const isSteady = !trace.paths.has('clock stepped back')
  const schedules = Map.groupBy(rows, ({ jobId, scheduleKey }) => `${jobId} ${scheduleKey}`)
  for (const row of rows) {
    const [said, most = '1', overdue, waiting = '0'] = COUNTS.exec(row.reason ?? '') ?? []
    if (said === undefined || row.verdict !== 'missed' || row.decidedAt === null) continue
    trace.sometimes('instant missed for a bound')
    const its = schedules.get(`${row.jobId} ${row.scheduleKey}`) ?? []
    const model = folder.schedule(row.jobId, row.scheduleKey)
    const dues = new Set(its.map(({ due }) => due))
    const counted = Date.parse(COUNTED.exec(row.reason ?? '')?.[1] ?? '') || row.decidedAt
    const until = Math.max(row.decidedAt, counted) - OVERDUE + DECIDING
    const unmade = model === undefined ? [] : instantsOf(model, row.due, until).filter((due) => !dues.has(due))
    const counts = { most: Number(most), overdue: Number(overdue), waiting: Number(waiting) }
    const text = `${row.jobId} ${new Date(row.due).toISOString()}${said}`
    checkOne(its, unmade.length, { ...counts, due: row.due, at: row.decidedAt, counted, isSteady }, (wrong) =>
      problem(`SIM25: by the ledger ${wrong}: ${text}`),
    )
  }
}

function checkOne(
  rows: readonly InstantRow[],
  unmade: number,
  { due, at, counted, isSteady, most, overdue, waiting }: Bounded,
  problem: (wrong: string) => void,
): void {
  const undecided = (since: number): readonly InstantRow[] => rows.filter((row) => (row.decidedAt ?? Infinity) >= since)
  const [first, latest] = [Math.min(at, counted) - OVERDUE, Math.max(at, counted) - OVERDUE]
  // Of newer ones the time of the verdict says nothing: a clock that was set back meanwhile makes it an earlier one.
  const ones = new Set([...undecided(at - DECIDING), ...rows.filter((row) => row.due > due)])
  const maybe = [...ones].filter((row) => row.due < latest + DECIDING)
  const together = maybe.filter((row) => row.verdict === 'missed' && row.due <= due && row.decidedAt === at)
  // Where a clock was set back, the time of a verdict does not say which came first, and an instant of the past may have got its row after that.
  const sure = isSteady ? undecided(at + DECIDING).filter((row) => row.due < first - DECIDING) : []
  const least = new Set([...sure, ...together]).size
  const begun = rows.filter((row) => row.verdict === 'started').length
  if (waiting > begun) problem(`no more than ${begun} ever began`)
  if (overdue + waiting < least || overdue > maybe.length + unmade)
    problem(`${least} to ${maybe.length + unmade} were overdue`)
  const newer = maybe.filter((row) => row.due > due).length + unmade
  if (newer + waiting < most) problem(`${newer} came after it`)
  const older = sure.filter((row) => row.due < due && row.verdict === 'started').length
  if (older > waiting) problem(`${older} older ones began after it was missed`)
}
