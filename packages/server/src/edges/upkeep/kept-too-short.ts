import { type RetentionRule, rulesOfJob } from '@apsis/core/config'
import { isList } from '@apsis/core/document'
import type { Job } from '@apsis/core/job'
import { isTemplate } from '@apsis/core/template'
import { type Duration, formatElapsed } from '@apsis/core/time'
import type { Log } from '../../engine/index.ts'

/** Kept for less than this, ms, a run may be gone before one that depends on it asks: after a weekend, or when it is run again. */
const SHORT = 7 * 86_400_000

/** A dependency of a job on runs that a rule of retention takes away soon. */
export interface KeptTooShort {
  readonly jobId: string
  /** The job that it depends on. */
  readonly on: string
  /** For how long its runs are kept, ms. */
  readonly age: Duration
}

/** Dependencies on runs that are kept for less than seven days: once such a run is gone, whoever depends on it waits for ever. Those named by a template are left out. */
export function keptTooShort(jobs: Iterable<Job>, rules: readonly RetentionRule[]): readonly KeptTooShort[] {
  if (!rules.some(({ age }) => age !== null && age < SHORT)) return []
  const found: KeptTooShort[] = []
  for (const { id: jobId, conditions } of jobs) {
    for (const { type, json } of conditions) {
      const on = json['job_id']
      if (type !== 'dependency' || typeof on !== 'string' || isTemplate(on)) continue
      const wanted = json['states'] ?? ['success']
      const ages = rulesOfJob(rules, on)
        .filter(({ states }) => states.some((state) => (isList(wanted) ? wanted.includes(state) : wanted === state)))
        .flatMap(({ age }) => (age === null ? [] : [age]))
      const age = Math.min(...ages)
      if (age < SHORT) found.push({ jobId, on, age })
    }
  }
  return found
}

/** Dependencies told one by one. */
const TOLD = 10

/** Says at the start which jobs depend on runs that are kept for a short time only: they may come to wait for one that is gone. */
export function noteShortRetention(jobs: readonly Job[], rules: readonly RetentionRule[], log: Log): void {
  const found = keptTooShort(jobs, rules)
  for (const { jobId, on, age } of found.slice(0, TOLD)) {
    log.warn(
      `job ${jobId} depends on runs of ${on}, which are removed after ${formatElapsed(age)}: it waits for ever where they are gone`,
      {
        event: 'retention.short',
      },
    )
  }
  if (found.length > TOLD)
    log.warn(`and ${found.length - TOLD} more jobs depend on runs that are removed early`, { event: 'retention.short' })
}
