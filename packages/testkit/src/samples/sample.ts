import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CalendarFile, calendarSet } from '@apsis/core/calendar'
import { type CheckedJobFile, checkJobFiles, type JobFile } from '@apsis/core/check'
import { type Diagnostic, formatDiagnostic } from '@apsis/core/document'
import type { Job } from '@apsis/core/job'
import type { JsonObject } from '@apsis/core/json'
import { occurrencesOf } from '@apsis/core/plan'
import { formatInstant, type Instant } from '@apsis/core/time'
import { createRegistry } from '@apsis/kinds/builtin'

/** Where the samples are: a folder each. */
export const SAMPLES: string = fileURLToPath(new URL('../../../../samples/', import.meta.url))

/** What the sample's `job.yaml` means, with the other jobs and calendars of its folder around it. */
export interface SampleResult {
  /** Of every file of the sample, in the order of their names; paths within the sample. */
  readonly diagnostics: readonly string[]
  /** The job's normal form; null where it makes none. */
  readonly normal: JsonObject | null
  /** The first instants of each of its schedules, from the sample's `now` on. */
  readonly instants: readonly (readonly string[])[]
}

const INSTANTS = 20
const YEARS = 30 * 366 * 86_400_000
const NOW = '2026-01-01T00:00:00Z'

/** Reads a sample and says what it means now. */
export async function readSample(name: string): Promise<SampleResult> {
  const folder = join(SAMPLES, name)
  const texts = new Map<string, string>()
  for (const file of (await readdir(folder)).sort()) texts.set(file, await readFile(join(folder, file), 'utf8'))
  const named = (suffix: string): [string, string][] => [...texts].filter(([file]) => file.endsWith(suffix))
  const calendarFiles = named('.cal').map(
    ([file, text]): CalendarFile => ({ name: file.slice(0, -'.cal'.length), path: file, text }),
  )
  const set = calendarSet(calendarFiles)
  const registry = createRegistry({
    calendars: set.calendars,
    names: {},
    digest: digest(JSON.stringify(calendarFiles)),
  })
  const files = named('.yaml').map(
    ([path, text]): JobFile => ({ jobId: path.slice(0, -'.yaml'.length), path, read: { ok: true, text } }),
  )
  const checked = check(files, registry, nowOf(texts.get('job.yaml') ?? ''))
  const job = checked.files.find(({ jobId }) => jobId === 'job')?.job ?? null
  return {
    diagnostics: [...set.diagnostics, ...checked.files.flatMap(({ diagnostics }) => diagnostics)].map(said),
    normal: job?.json ?? null,
    instants: job === null ? [] : job.schedules.map((_, index) => instantsOf(job, index, checked.now)),
  }
}

function check(
  files: readonly JobFile[],
  registry: ReturnType<typeof createRegistry>,
  now: Instant,
): { readonly files: readonly CheckedJobFile[]; readonly now: Instant } {
  const checking = checkJobFiles(files, { registry, digest, now, deep: true })
  let step = checking.next()
  while (step.done !== true) step = checking.next()
  return { files: step.value, now }
}

// A sample may say at its top from when it is looked at: `# now: 2026-03-27T00:00:00Z`.
function nowOf(text: string): Instant {
  return Date.parse(/^# now: (\S+)/.exec(text)?.[1] ?? NOW)
}

function instantsOf(job: Job, index: number, now: Instant): string[] {
  const schedule = job.schedules[index]
  if (schedule === undefined) return []
  const instants: string[] = []
  for (const { due } of occurrencesOf(job, schedule, now, now + YEARS)) {
    instants.push(formatInstant(due))
    if (instants.length === INSTANTS) break
  }
  return instants
}

function said(diagnostic: Diagnostic): string {
  return formatDiagnostic(diagnostic)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
