import { OVERDUE } from '@apsis/core/catchup'
import type { InstantRow, Reader, Verdict } from '@apsis/store/port'
import type { RunId } from '@apsis/core/run'
import type { Folder } from './folder.ts'
import { identity } from './schedule-model.ts'
import type { RarePath, Trace } from './trace.ts'

const ALL = 10_000_000
const PATHS: Readonly<Partial<Record<Verdict, RarePath>>> = {
  held: 'run held past its time',
  superseded: 'run moved',
  skipped: 'instant skipped',
  missed: 'instant missed',
}

/** SIM1: every instant that the schedules implied has its row and its verdict; and there is no other. */
export async function checkInstants(
  read: Reader,
  folder: Folder,
  early: ReadonlySet<RunId>,
  trace: Trace,
  problem: (text: string) => void,
): Promise<number> {
  const rows = await read.instants(null, 0, Number.MAX_SAFE_INTEGER, ALL)
  const found = new Set<string>()
  for (const row of rows) {
    const schedule = folder.schedule(row.jobId, row.scheduleKey)
    if (schedule === undefined) {
      problem(`SIM1: an instant of a schedule that never was: ${textOf(row)}`)
      continue
    }
    const key = `${row.jobId} ${identity(schedule)} ${row.due}`
    found.add(key)
    const path = PATHS[row.verdict ?? 'started']
    if (path !== undefined) trace.sometimes(path)
    if (schedule.catchup === 'none' && !(row.runId !== null && early.has(row.runId))) checkLateness(row, problem)
    if (row.verdict === null) problem(`SIM1: an instant without a verdict: ${textOf(row)}`)
    const gone = row.verdict === 'held' || row.verdict === 'superseded'
    const byUser = row.decidedAt !== null && (row.runId === null ? gone : early.has(row.runId))
    if (!byUser && !folder.inForce.allows(row.jobId, schedule, row.due))
      problem(`SIM1: an instant that nothing implied: ${textOf(row)}`)
    if (row.runId !== null) await checkVerdict(read, row, row.runId, problem)
    // What was missed for good never had one; what was held or moved may have lost it with its schedule.
    else if (row.verdict === 'started' || row.verdict === 'skipped')
      problem(`SIM1: an instant without its run: ${textOf(row)}`)
  }
  for (const [key, { jobId, due }] of folder.inForce.required()) {
    if (!found.has(key)) problem(`SIM1: no row for an instant of ${jobId} at ${new Date(due).toISOString()}`)
  }
  return rows.length
}

/** SIM16: what is overdue never starts where nothing is to be caught up on. */
function checkLateness(row: InstantRow, problem: (text: string) => void): void {
  if (row.verdict === 'started' && (row.decidedAt ?? 0) - row.due > OVERDUE)
    problem(`SIM16: an instant was started ${(row.decidedAt ?? 0) - row.due} ms late: ${textOf(row)}`)
}

async function checkVerdict(read: Reader, row: InstantRow, id: RunId, problem: (text: string) => void): Promise<void> {
  const run = await read.run(id)
  if (run === null) return problem(`SIM1: the run of an instant is not there: ${textOf(row)}`)
  // Held and moved say nothing of what the run did later: one that was held may have been moved then.
  const putOff = row.verdict === 'held' || row.verdict === 'superseded'
  if ((run.times.schedule !== row.due && !putOff) || run.jobId !== row.jobId)
    problem(`SIM1: the run of an instant is of another: ${textOf(row)}`)
  const began = run.times.waiting !== undefined || run.times.starting !== undefined
  if (!putOff && (row.verdict === 'started') !== began)
    problem(`SIM1: a run that ${began ? 'began' : 'never began'}: ${textOf(row)}`)
}

function textOf({ jobId, scheduleKey, due, runId, verdict }: InstantRow): string {
  return `${jobId} ${scheduleKey} ${new Date(due).toISOString()} ${runId} ${verdict}`
}
