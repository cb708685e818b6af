import type { JobSchedule } from '../job/index.ts'
import type { Occurrence, ScheduleSpec } from '../kind/index.ts'
import { ALL_DAYS } from '../calendar/index.ts'
import { dailyOccurrences, durationStop, intervalOccurrences } from '../schedule/index.ts'
import { DEFAULT_DST, HOUR, type Instant, parseZone } from '../time/index.ts'
import type { PendingInstant, PlanCursor, PlanInput, PlanJob, PlannedInstant, PlanResult, PlanSlice } from './index.ts'
import { planSchedules } from './index.ts'

/** A schedule of whatever occurrences. */
export function schedule(
  key: string,
  occurrences: (from: Instant, to: Instant) => Iterable<Occurrence>,
  change: Partial<JobSchedule> = {},
): JobSchedule {
  const spec: ScheduleSpec = { type: 'test', json: { type: 'test' }, str: key, occurrences }
  const plain = { jitter: 0, offset: 0, catchup: null, limit: null }
  return { key, enabled: true, args: {}, schedule: spec, stop: null, ...plain, ...change }
}

export function every(key: string, interval: number, phase = 0, change: Partial<JobSchedule> = {}): JobSchedule {
  return schedule(key, (from, to) => intervalOccurrences({ interval, phase, epoch: 0 }, from, to), change)
}

export function daily(key: string, ...hours: readonly number[]): JobSchedule {
  const zone = parseZone('America/New_York')
  if (!zone.ok) throw new Error(zone.message)
  const daytimes = hours.map((hour) => hour * HOUR)
  const rule = { zone: zone.value, calendar: ALL_DAYS, daytimes, dateShift: 0, calShift: 0, dst: DEFAULT_DST }
  return schedule(key, (from, to) => dailyOccurrences(rule, from, to))
}

export const stopAfter = (duration: number): JobSchedule['stop'] => ({
  type: 'duration',
  json: { type: 'duration' },
  str: 'a while',
  stopTime: (due) => durationStop(duration, due),
})

export function job(id: string, schedules: readonly JobSchedule[], params: readonly string[] = []): PlanJob {
  return { id, params, schedules }
}

/** Rows and cursors as a store has them. Refuses a row that is there already. */
export class Ledger {
  readonly rows: Map<string, PlannedInstant> = new Map()
  readonly cursors: Map<string, PlanCursor> = new Map()

  apply(slice: PlanSlice): void {
    for (const instant of slice.withdraw)
      if (!this.rows.delete(rowKey(instant))) throw new Error(`no row ${rowKey(instant)}`)
    for (const instant of slice.create) {
      if (this.rows.has(rowKey(instant))) throw new Error(`row ${rowKey(instant)} is there already`)
      this.rows.set(rowKey(instant), instant)
    }
    for (const ref of slice.droppedCursors) this.cursors.delete(`${ref.jobId} ${ref.scheduleKey}`)
    for (const cursor of slice.cursors) this.cursors.set(`${cursor.jobId} ${cursor.scheduleKey}`, cursor)
  }

  /** Plans and carries out, `limit` slices at most. */
  plan(
    jobs: readonly PlanJob[],
    now: Instant,
    horizon: number,
    options: Partial<PlanInput> = {},
    limit: number = Infinity,
  ): PlanRun {
    const pending = [...this.rows.values()]
    const plan = planSchedules({ jobs, cursors: [...this.cursors.values()], pending, now, horizon, ...options })
    const slices: PlanSlice[] = []
    for (;;) {
      if (slices.length >= limit) return { slices, result: null }
      const step = plan.next()
      if (step.done === true) return { slices, result: step.value }
      slices.push(step.value)
      this.apply(step.value)
    }
  }

  dues(jobId?: string): readonly Instant[] {
    const rows = [...this.rows.values()].filter((row) => jobId === undefined || row.jobId === jobId)
    return rows.map(({ due }) => due).sort((a, b) => a - b)
  }

  sorted(): readonly string[] {
    return [...this.rows.keys()].sort()
  }
}

export interface PlanRun {
  readonly slices: readonly PlanSlice[]
  readonly result: PlanResult | null
}

export function rowKey({ jobId, scheduleKey, due }: PendingInstant): string {
  return `${jobId} ${scheduleKey} ${due}`
}
