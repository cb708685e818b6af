import type { RunJson } from '@apsis/api/json'
import { parseInstant } from '@apsis/core/time'
import type { System } from '../system/index.ts'
import { startedAt } from './rig/index.ts'

/** Outputs read at a time. */
const AT_ONCE = 16

/**
 * How long after its due instant the process of each run was about to execute its program, ms, by its start record. The process writes its
 * own time, which must lie between the records of its start and its end, as proof that they are its own. Throws when not.
 */
export async function latenessOf(system: System, runs: readonly RunJson[]): Promise<readonly number[]> {
  const late: number[] = []
  for (let from = 0; from < runs.length; from += AT_ONCE) {
    late.push(...(await Promise.all(runs.slice(from, from + AT_ONCE).map((run) => lateness(system, run)))))
  }
  return late
}

async function lateness(system: System, run: RunJson): Promise<number> {
  const { start, stop } = startedAt(run)
  const { data } = await system.client.output(run.run_id, 'output')
  const written = Number(BigInt(Buffer.from(data).toString().trim())) / 1e6
  // Both are cut to the microsecond.
  if (!(written >= start - 0.001 && written <= stop + 0.001)) {
    throw new Error(`${run.run_id} ran at ${written}, and its records say ${start} to ${stop}`)
  }
  return start - dueAt(run)
}

/** The instant that a run is of, ms since the epoch. */
export function dueAt(run: Pick<RunJson, 'run_id' | 'times'>): number {
  const due = parseInstant(run.times.schedule ?? '')
  if (!due.ok) throw new Error(`${run.run_id} has no schedule time`)
  return due.value
}
