import type { InstantRow, Reader } from '@apsis/store/port'
import type { RunId } from '@apsis/core/run'
import type { Folder } from './folder.ts'
import { identity } from './schedule-model.ts'

const ALL = 10_000_000

/** SIM1: every instant that the schedules implied has its row and its verdict; and there is no other. */
export async function checkInstants(
  read: Reader,
  folder: Folder,
  early: ReadonlySet<RunId>,
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
    if (row.verdict === null) problem(`SIM1: an instant without a verdict: ${textOf(row)}`)
    const byUser = row.runId !== null && early.has(row.runId) && row.decidedAt !== null
    if (!byUser && !folder.inForce.allows(row.jobId, schedule, row.due))
      problem(`SIM1: an instant that nothing implied: ${textOf(row)}`)
    if (row.runId === null) problem(`SIM1: an instant without its run: ${textOf(row)}`)
    else await checkVerdict(read, row, row.runId, problem)
  }
  for (const [key, { jobId, due }] of folder.inForce.required()) {
    if (!found.has(key)) problem(`SIM1: no row for an instant of ${jobId} at ${new Date(due).toISOString()}`)
  }
  return rows.length
}

async function checkVerdict(read: Reader, row: InstantRow, id: RunId, problem: (text: string) => void): Promise<void> {
  const run = await read.run(id)
  if (run === null) return problem(`SIM1: the run of an instant is not there: ${textOf(row)}`)
  if (run.times.schedule !== row.due || run.jobId !== row.jobId)
    problem(`SIM1: the run of an instant is of another: ${textOf(row)}`)
  const began = run.times.waiting !== undefined || run.times.starting !== undefined
  if ((row.verdict === 'started') !== began)
    problem(`SIM1: a run that ${began ? 'began' : 'never began'}: ${textOf(row)}`)
}

function textOf({ jobId, scheduleKey, due, runId, verdict }: InstantRow): string {
  return `${jobId} ${scheduleKey} ${new Date(due).toISOString()} ${runId} ${verdict}`
}
