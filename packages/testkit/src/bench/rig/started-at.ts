import type { RunJson } from '@apsis/api/json'
import { parseInstant } from '@apsis/core/time'

/** When the process of a run was about to execute its program, and when it had ended, by the records of its monitor; ms since the epoch, to the microsecond. */
export function startedAt(run: RunJson): { readonly start: number; readonly stop: number } {
  return { start: timeOf(run, 'start'), stop: timeOf(run, 'stop') }
}

function timeOf(run: RunJson, name: string): number {
  const text = member(member(member(run.meta, 'program'), 'times'), name)
  const parsed = typeof text === 'string' ? parseInstant(text) : null
  if (parsed?.ok) return parsed.value
  throw new Error(`${run.run_id} is ${run.state} and has no ${name} time of a process: ${JSON.stringify(run.message)}`)
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
