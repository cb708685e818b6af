import type { ForecastRun, RunCounts } from '@apsis/core/forecast'
import { formatInstant, type Instant, WEEKDAY_NAMES } from '@apsis/core/time'
import { jsonText, printable, table } from '../terminal/index.ts'

export type ForecastFormat = 'table' | 'json' | 'csv'

interface Screen {
  readonly format: ForecastFormat
  readonly zone: string
  readonly columns: number | null
}

/** The runs of a forecast. */
export function runsText(runs: readonly ForecastRun[], screen: Screen): string {
  if (screen.format === 'json') return jsonText(runs.map(runJson))
  return screen.format === 'csv' ? runsCsv(runs, screen.zone) : runsTable(runs, screen)
}

/** How many runs each job has, `more than N` where not all were counted. */
export function countText({ counts, cut }: RunCounts, format: ForecastFormat, columns: number | null): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const more = new Set(cut.map(({ jobId }) => jobId))
  const text = (count: number, isMore: boolean): string => `${isMore ? 'more than ' : ''}${count}`
  if (format === 'json') {
    const cuts = cut.map(({ jobId, index, until }) => ({ job_id: jobId, schedule: index, until: formatInstant(until) }))
    return jsonText({ total, jobs: Object.fromEntries(counts), complete: cut.length === 0, cut: cuts })
  }
  const rows = [...counts].map(([jobId, count]): [string, string] => [jobId, text(count, more.has(jobId))])
  if (format === 'csv') return csv([['job_id', 'runs'], ...rows])
  const shown = [...rows, ['total', text(total, more.size > 0)]].map(([jobId = '', count = '']) => [
    { text: count },
    { text: jobId },
  ])
  return `${table(
    [
      { title: 'runs', align: 'right' },
      { title: 'job_id', min: 12 },
    ],
    shown,
    columns,
  )}\n`
}

/** A run for programs. */
export function runJson({ jobId, due, args, stopAt, scheduleKey, index }: ForecastRun): object {
  return {
    job_id: jobId,
    due: formatInstant(due),
    args,
    stop: stopAt === null ? null : formatInstant(stopAt),
    schedule: { index, key: scheduleKey },
  }
}

function runsCsv(runs: readonly ForecastRun[], zone: string): string {
  const rows = runs.map(({ due, jobId, args, stopAt, index }) => [
    formatInstant(due),
    `${local(due, zone).toPlainDateTime().toString()}${local(due, zone).offset}`,
    jobId,
    JSON.stringify(args),
    stopAt === null ? '' : formatInstant(stopAt),
    String(index),
  ])
  return csv([['due', 'local', 'job_id', 'args', 'stop', 'schedule'], ...rows])
}

function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('')
}

// Each day has a heading with the date, and the offset from UTC; where that changes on the day, each time has it.
function runsTable(runs: readonly ForecastRun[], { zone, columns }: Screen): string {
  if (runs.length === 0) return 'no runs\n'
  const times = runs.map(({ due }) => local(due, zone))
  const days = times.map((time) => time.toPlainDate().toString())
  const offsets = new Map<string, Set<string>>()
  times.forEach((time, index) => {
    const day = days[index] ?? ''
    offsets.set(day, (offsets.get(day) ?? new Set()).add(time.startOfDay().offset).add(endOfDay(time).offset))
  })
  const rows = runs.map(({ due, jobId, args, stopAt }, index) => {
    const time = times[index] ?? local(due, zone)
    const several = (offsets.get(days[index] ?? '')?.size ?? 1) > 1
    return [
      { text: `${clock(time)}${several ? ` ${time.offset}` : ''}` },
      { text: jobId },
      { text: argsText(args) },
      { text: stopAt === null ? '' : stopText(local(stopAt, zone), time) },
    ]
  })
  const stops = runs.some(({ stopAt }) => stopAt !== null) ? [{ title: 'stop' }] : []
  const titles = [{ title: 'time' }, { title: 'job_id', min: 12 }, { title: 'args', min: 8 }, ...stops]
  const [head = '', rule = '', ...lines] = table(titles, rows, columns).split('\n')
  const text = lines.flatMap((line, index) => {
    const day = days[index] ?? ''
    if (index > 0 && days[index - 1] === day) return [line]
    const heading = `${day} ${weekday(times[index])}  ${zone} ${[...(offsets.get(day) ?? [])].join(' to ')}`
    return [...(index === 0 ? [] : ['']), heading, line]
  })
  return `${[head, rule, ...text].join('\n')}\n`
}

function argsText(args: ForecastRun['args']): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}=${printable(value)}`)
    .join(' ')
}

function stopText(stop: Temporal.ZonedDateTime, start: Temporal.ZonedDateTime): string {
  const day = stop.toPlainDate()
  return day.equals(start.toPlainDate()) ? clock(stop) : `${day.toString()} ${clock(stop)}`
}

function local(instant: Instant, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(zone)
}

function endOfDay(time: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return time.startOfDay().add({ days: 1 }).startOfDay().subtract({ milliseconds: 1 })
}

function clock(time: Temporal.ZonedDateTime): string {
  const plain = time.toPlainTime()
  return plain.toString({ smallestUnit: plain.millisecond === 0 ? 'second' : 'millisecond' })
}

function weekday(time: Temporal.ZonedDateTime | undefined): string {
  return WEEKDAY_NAMES[(time?.dayOfWeek ?? 1) - 1] ?? ''
}
