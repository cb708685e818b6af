import { parseJob } from '@apsis/core/job'
import type { ScheduleSpec } from '@apsis/core/kind'
import { registry } from '@apsis/kinds/builtin'
import { digest } from '@apsis/server/job-folder'
import type { Benchmark } from './benchmark.ts'

const ZONES = [
  'America/New_York',
  'Europe/London',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Tokyo',
  'UTC',
] as const
const DAYTIMES = ['00:00:00', '01:30:00', '09:30:15', '23:59:59'] as const
const FROM = Date.UTC(2026, 0, 1)
/** How long a round goes on, ms. */
const ROUND = 1_000
/** A schedule is asked for as much as a forecast of a decade; Temporal for two years of each, since it takes longer. */
const YEARS = { ours: 10, temporal: 2 } as const

interface Sample {
  readonly zone: string
  readonly daytime: string
  readonly schedule: ScheduleSpec
}

/** How many due instants of zoned daily schedules are found in a second. */
export const occurrences: Benchmark = {
  name: 'occurrences',
  about: `due instants a second of ${ZONES.length * DAYTIMES.length} daily schedules in ${ZONES.length} zones, ${YEARS.ours} years of each`,
  unit: 'occurrences/s',
  figures: [{ label: null, percentile: 50, target: { is: 'atLeast', limit: 5_000_000 } }],
  baseline: { name: 'temporal', ratio: { is: 'atLeast', limit: 15 } },
  rounds: { short: 7, full: 50, warmUp: true },
  prepare: async () => {
    const samples = ZONES.flatMap((zone) =>
      DAYTIMES.map((daytime) => ({ zone, daytime, schedule: scheduleOf(zone, daytime) })),
    )
    const to = Date.UTC(2026 + YEARS.temporal, 0, 1)
    for (const sample of samples) {
      const ours = [...sample.schedule.occurrences(FROM, to)].map(({ due }) => due)
      const theirs = [...temporalInstants(sample, FROM, to)]
      const wrong = ours.findIndex((due, index) => due !== theirs[index])
      if (wrong >= 0 || ours.length !== theirs.length) {
        throw new Error(
          `${sample.daytime} in ${sample.zone}: ${ours[wrong]} is not ${theirs[wrong]}, or ${ours.length} not ${theirs.length}`,
        )
      }
    }
    return {
      measure: async () => [
        rateOf(samples, ({ schedule }) => countOf(schedule.occurrences(FROM, Date.UTC(2026 + YEARS.ours, 0, 1)))),
      ],
      baseline: async () => [rateOf(samples, (sample) => countOf(temporalInstants(sample, FROM, to)))],
    }
  },
}

function scheduleOf(zone: string, daytime: string): ScheduleSpec {
  const text = `schedule: {type: daily, tz: ${zone}, daytime: "${daytime}"}\nprogram: {type: no-op}\n`
  const parsed = parseJob(text, { jobId: 'bench', path: 'bench.yaml', registry, digest })
  const schedule = parsed.ok ? parsed.job.schedules[0]?.schedule : undefined
  if (schedule === undefined) throw new Error(`no schedule: ${JSON.stringify(parsed.diagnostics)}`)
  return schedule
}

/** The same by Temporal's own conversion of every date: a time that clocks skip is left out, of two the first counts. */
function* temporalInstants({ zone, daytime }: Sample, from: number, to: number): Generator<number> {
  const time = Temporal.PlainTime.from(daytime)
  let date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate()
  for (;;) {
    const local = date.toPlainDateTime(time)
    const zoned = local.toZonedDateTime(zone, { disambiguation: 'compatible' })
    const due = zoned.epochMilliseconds
    if (due >= to) return
    if (due >= from && zoned.toPlainDateTime().equals(local)) yield due
    date = date.add({ days: 1 })
  }
}

// Every round goes through all samples, again and again until its time is over.
function rateOf(samples: readonly Sample[], run: (sample: Sample) => number): number {
  const from = performance.now()
  let count = 0
  do for (const sample of samples) count += run(sample)
  while (performance.now() - from < ROUND)
  return (count / (performance.now() - from)) * 1_000
}

function countOf(instants: Iterable<unknown>): number {
  let count = 0
  for (const _ of instants) count++
  return count
}
