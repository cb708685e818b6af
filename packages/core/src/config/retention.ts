import { z } from 'zod'
import { durationField, integerField, refuse, statesField } from '../field/index.ts'
import { FINISHED, type FinishedState, isFinished } from '../run/index.ts'
import type { Duration } from '../time/index.ts'

/** For how long runs are kept. A rule with neither `age` nor `count` keeps them for ever. */
export interface RetentionRule {
  /** Which jobs: an id, a folder as `reports/`, or a pattern in which `*` stands for any text without `/`, and `**` for any text. */
  readonly job: string
  /** Finished states that it is about. */
  readonly states: readonly FinishedState[]
  /** Runs that ended longer ago than this go, ms. */
  readonly age: Duration | null
  /** All but this many of each job's runs in these states go. */
  readonly count: number | null
  /** The archive that they go to, relative to the data folder; null: they are removed for good. */
  readonly archive: string | null
}

const finishedField = statesField.transform((states, ctx): readonly FinishedState[] => {
  const live = states.find((state) => !isFinished(state))
  if (live !== undefined) return refuse(ctx, `not a finished state: ${live}`, `one of ${FINISHED.join(', ')}`)
  return states.filter(isFinished)
})

// What a server has in its data folder: databases with what SQLite puts beside them, token, certificate, and the record of jobs.
const OWN =
  /^(?:(?:runs|outputs|lock)\.db(?:-wal|-shm|-journal|\.new)?|agent-token|agent-server\.(?:crt|key)|jobs-record.*)$/i

/** Whether a file of this name in the data folder is the server's own. An archive of that name would be written into it. */
export function isOwnFile(name: string): boolean {
  return OWN.test(name)
}

const rule: z.ZodType<RetentionRule, unknown> = z.strictObject({
  job: z
    .string()
    .refine((job) => job !== '', 'expected a job id, a folder ending in /, or a pattern')
    .default('**'),
  states: finishedField.default([...FINISHED]),
  age: durationField
    .refine((age) => age > 0, 'expected a duration above 0')
    .nullable()
    .default(null),
  count: integerField
    .refine((count) => count >= 0 && count <= 100_000, 'expected a whole number from 0 to 100000')
    .nullable()
    .default(null),
  archive: z
    .string()
    .refine((path) => path !== '', 'expected the path of an archive')
    .refine((path) => !isOwnFile(path.replace(/^(?:\.?\/)+/, '')) || path.startsWith('/'), {
      error: ({ input }) =>
        `${String(input)} is a file of the data folder itself; expected another, such as archive.db`,
    })
    .nullable()
    .default(null),
})

/** `retention`: a list of rules; for a run, the first that is about its job and state counts. */
export const retentionField: z.ZodType<readonly RetentionRule[], unknown> = z
  .array(rule, { error: 'expected a list of rules' })
  .nullish()
  .transform((rules) => rules ?? [])

/** Whether a rule is about a job. */
export function isAboutJob(pattern: string, jobId: string): boolean {
  if (pattern.endsWith('/')) return jobId.startsWith(pattern)
  if (!pattern.includes('*')) return jobId === pattern
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*'
    return part === '*' ? '[^/]*' : part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 's').test(jobId)
}

/** The rules that count for a job, each with the states that none before it is about. */
export function rulesOfJob(rules: readonly RetentionRule[], jobId: string): readonly RetentionRule[] {
  const taken = new Set<FinishedState>()
  const found: RetentionRule[] = []
  for (const rule of rules) {
    if (!isAboutJob(rule.job, jobId)) continue
    const states = rule.states.filter((state) => !taken.has(state))
    for (const state of states) taken.add(state)
    if (states.length > 0) found.push({ ...rule, states })
  }
  return found
}
