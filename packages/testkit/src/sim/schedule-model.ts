/** A schedule as the simulation thinks of it, beside what the planner makes of its YAML. */
export type ScheduleModel =
  | {
      readonly kind: 'interval'
      readonly every: number
      readonly phase: number
      readonly stop: number | null
      /** What becomes of overdue instants; absent: each is made up for. YAML. */
      readonly catchup?: string
      /** Coming runs that it may have; absent: any number. */
      readonly limit?: number
    }
  /** Daytimes in a zone whose clocks are never changed; ms. */
  | {
      readonly kind: 'daily'
      readonly zone: 'UTC' | 'Asia/Kolkata'
      readonly daytimes: readonly number[]
      readonly stop: number | null
      readonly catchup?: string
    }

const DAY = 86_400_000
const OFFSETS = { UTC: 0, 'Asia/Kolkata': 19_800_000 } as const

/** Due instants in [from, to), by plain arithmetic. */
export function instantsOf(model: ScheduleModel, from: number, to: number): readonly number[] {
  const found: number[] = []
  if (model.kind === 'interval') {
    for (
      let due = Math.ceil((from - model.phase) / model.every) * model.every + model.phase;
      due < to;
      due += model.every
    )
      found.push(due)
    return found
  }
  const offset = OFFSETS[model.zone]
  for (let day = Math.floor((from + offset) / DAY) * DAY; day - offset < to; day += DAY) {
    for (const daytime of model.daytimes) {
      const due = day + daytime - offset
      if (due >= from && due < to) found.push(due)
    }
  }
  return found
}

/** Which schedule of a job it is, as far as its instants go: neither the stop time, nor what is caught up on, nor a limit counts. */
export function identity(model: ScheduleModel): string {
  return JSON.stringify({ ...model, stop: null, catchup: undefined, limit: undefined })
}

/** The YAML of a schedule, as a flow mapping. */
export function scheduleYaml(model: ScheduleModel): string {
  const catchup = model.catchup === undefined ? '' : `, catchup: ${model.catchup}`
  const start =
    model.kind === 'interval'
      ? `{type: interval, interval: ${model.every / 1000}, phase: ${model.phase / 1000}${catchup}${model.limit === undefined ? '' : `, limit: ${model.limit}`}}`
      : `{type: daily, tz: ${model.zone}, daytime: [${model.daytimes.map((time) => `"${clockText(time)}"`).join(', ')}]${catchup}}`
  return model.stop === null ? start : `{start: ${start}, stop: {type: duration, duration: ${model.stop / 1000}}}`
}

function clockText(daytime: number): string {
  const part = (value: number): string => String(Math.floor(value) % 60).padStart(2, '0')
  return `${String(Math.floor(daytime / 3_600_000)).padStart(2, '0')}:${part(daytime / 60_000)}:${part(daytime / 1000)}`
}
