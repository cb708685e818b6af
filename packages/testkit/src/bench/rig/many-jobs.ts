import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const ZONES = ['America/New_York', 'Europe/London', 'Asia/Tokyo', 'UTC', 'Australia/Sydney', 'Europe/Berlin'] as const
const TEAMS = ['prices', 'risk', 'reports', 'ledger', 'models'] as const
const CALENDARS = ['all', 'Mon-Fri', 'Tue-Sat', 'all'] as const
const WEEKDAYS = { all: [1, 2, 3, 4, 5, 6, 7], 'Mon-Fri': [1, 2, 3, 4, 5], 'Tue-Sat': [2, 3, 4, 5, 6] } as const
const DAY = 86_400_000
/** Jobs of a folder. */
const FOLDER = 100
/** Files written at a time. */
const AT_ONCE = 64

/** A daily schedule, as the benchmarks' jobs have it. */
export interface SampleSchedule {
  readonly zone: string
  readonly calendar: (typeof CALENDARS)[number]
  /** Seconds of the day. */
  readonly daytimes: readonly number[]
}

/** The schedule of the `n`th job: one daytime, or two for every fifth. */
export function sampleSchedule(n: number): SampleSchedule {
  const first = (n * 7_919) % 86_400
  const daytimes = n % 5 === 0 ? [first, (first + 21_600) % 86_400] : [first]
  return { zone: pick(ZONES, n), calendar: pick(CALENDARS, n), daytimes }
}

/** The id of the `n`th job. */
export function sampleJobId(n: number): string {
  return `${pick(TEAMS, n)}/group-${Math.floor(n / FOLDER)}/load-${n}`
}

/**
 * The file of the `n`th of `count` jobs, as people write them: a daily schedule in a zone, params, a program with templates, labels, a text
 * for people; every second depends on the one before, every fourth starts another when it fails.
 */
export function sampleJob(n: number, count: number): string {
  const team = pick(TEAMS, n)
  const { zone, calendar, daytimes } = sampleSchedule(n)
  const shell = n % 3 === 0
  const lines = [
    `# Loads the ${team} of region ${n % 7}.`,
    'params: [date, region]',
    '',
    'schedule:',
    '  type: daily',
    `  tz: ${zone}`,
    `  daytime: [${daytimes.map((seconds) => `"${clock(seconds)}"`).join(', ')}]`,
    `  calendar: ${calendar}`,
    '  args:',
    `    region: region-${n % 7}`,
    '',
    'program:',
    ...(shell
      ? ['  type: procstar-shell', `  command: load-${team} --date {{ date }} | tee /tmp/{{ region }}-${n}.log`]
      : ['  type: procstar', '  argv:', `    - /usr/local/bin/load-${team}`, '    - --date', '    - "{{ date }}"']),
    `  group_id: ${team}`,
    '  timeout: {duration: 2 hours}',
    ...(n % 2 === 1 ? ['', 'condition:', '  - type: dependency', `    job_id: ${sampleJobId(n - 1)}`] : []),
    ...(n % 4 === 0
      ? ['', 'action:', '  type: schedule', `  job_id: ${sampleJobId((n + 1) % count)}`, '  if: {states: [failure]}']
      : []),
    '',
    'metadata:',
    `  labels: [${team}, tier-${n % 3}]`,
    '  description: |',
    `    Loads what *${team}* needs of its region.`,
    '',
    '    See the runbook before marking a run.',
  ]
  return `${lines.join('\n')}\n`
}

/** The runs that a day's plan must have: `JOB due-in-ms`, due in [from, to), by Temporal. */
export function sampleRuns(count: number, from: number, to: number): ReadonlySet<string> {
  const runs = new Set<string>()
  for (let n = 0; n < count; n++) {
    const { zone, calendar, daytimes } = sampleSchedule(n)
    const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate()
    for (let day = 0; day <= Math.ceil((to - from) / DAY) + 1; day++) {
      const date = first.add({ days: day - 1 })
      if (!WEEKDAYS[calendar].some((weekday) => weekday === date.dayOfWeek)) continue
      for (const seconds of daytimes) {
        const local = date.toPlainDateTime(Temporal.PlainTime.from(clock(seconds)))
        const zoned = local.toZonedDateTime(zone)
        const due = zoned.epochMilliseconds
        if (due >= from && due < to && zoned.toPlainDateTime().equals(local)) runs.add(`${sampleJobId(n)} ${due}`)
      }
    }
  }
  return runs
}

/** Writes the files of `count` jobs below a folder. */
export async function writeSampleJobs(folder: string, count: number): Promise<void> {
  const made = new Set<string>()
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index)
    await Promise.all(
      batch.map(async (n) => {
        const path = join(folder, `${sampleJobId(n)}.yaml`)
        const parent = join(path, '..')
        if (!made.has(parent)) {
          await mkdir(parent, { recursive: true })
          made.add(parent)
        }
        await writeFile(path, sampleJob(n, count))
      }),
    )
  }
}

function pick<T>(list: readonly [T, ...T[]], n: number): T {
  return list[n % list.length] ?? list[0]
}

function clock(seconds: number): string {
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}
