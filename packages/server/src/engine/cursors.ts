import type { PlanCursor, ScheduleRef } from '@apsis/core/plan'
import type { Instant } from '@apsis/core/time'

/** Up to when each schedule in force is planned. Bounded by the schedules there are. */
export class Cursors {
  readonly #byJob = new Map<string, Map<string, Instant>>()
  readonly #since = new Map<string, Instant>()

  set({ jobId, scheduleKey, plannedUntil }: PlanCursor): void {
    const known = this.#byJob.get(jobId)
    if (known === undefined) this.#byJob.set(jobId, new Map([[scheduleKey, plannedUntil]]))
    else known.set(scheduleKey, plannedUntil)
  }

  forget({ jobId, scheduleKey }: ScheduleRef): void {
    this.#since.delete(`${jobId}\n${scheduleKey}`)
    const known = this.#byJob.get(jobId)
    if (known?.delete(scheduleKey) === true && known.size === 0) this.#byJob.delete(jobId)
  }

  /** Of a schedule that is in force from this time on, or is planned otherwise from then on. */
  begin(cursor: PlanCursor): void {
    this.set(cursor)
    this.#since.set(`${cursor.jobId}\n${cursor.scheduleKey}`, cursor.plannedUntil)
  }

  /** From when on all instants of a schedule have, or had, rows, as far as is known here: the beginning for one that was in force before; null for none. */
  since(jobId: string, scheduleKey: string): Instant | null {
    if (!this.has(jobId, scheduleKey)) return null
    return this.#since.get(`${jobId}\n${scheduleKey}`) ?? Number.NEGATIVE_INFINITY
  }

  /** Those of a job as they are; the result puts them back. */
  saved(jobId: string): () => void {
    const cursors = this.of(jobId)
    const begun = cursors.filter(({ scheduleKey }) => this.#since.has(`${jobId}\n${scheduleKey}`))
    const since = begun.map(({ scheduleKey: key }) => [`${jobId}\n${key}`, this.since(jobId, key) ?? 0] as const)
    return () => {
      for (const scheduleKey of this.keysOf(jobId)) this.forget({ jobId, scheduleKey })
      for (const cursor of cursors) this.set(cursor)
      for (const [key, at] of since) this.#since.set(key, at)
    }
  }

  has(jobId: string, scheduleKey: string): boolean {
    return this.#byJob.get(jobId)?.has(scheduleKey) ?? false
  }

  /** The first instant of a schedule that may have no row; null for a schedule that is not in force. */
  get(jobId: string, scheduleKey: string): Instant | null {
    return this.#byJob.get(jobId)?.get(scheduleKey) ?? null
  }

  /** The earliest of those of a job; null for one without schedules in force. */
  first(jobId: string): Instant | null {
    let first: Instant | null = null
    for (const until of this.#byJob.get(jobId)?.values() ?? []) if (first === null || until < first) first = until
    return first
  }

  /** How many jobs have a schedule that is planned up to `at`, or further. */
  reaching(at: Instant): number {
    let jobs = 0
    for (const cursors of this.#byJob.values()) {
      if ([...cursors.values()].some((until) => until >= at)) jobs++
    }
    return jobs
  }

  /** The keys of a job's schedules that have a cursor. */
  keysOf(jobId: string): readonly string[] {
    return [...(this.#byJob.get(jobId)?.keys() ?? [])]
  }

  of(jobId: string): readonly PlanCursor[] {
    return [...(this.#byJob.get(jobId) ?? [])].map(([scheduleKey, plannedUntil]) => ({
      jobId,
      scheduleKey,
      plannedUntil,
    }))
  }

  /** The jobs with a schedule that is not planned up to `until`, and for how long theirs are. */
  behind(until: Instant): ReadonlyMap<string, Instant> {
    const behind = new Map<string, Instant>()
    for (const [jobId, cursors] of this.#byJob) {
      let first = until
      for (const plannedUntil of cursors.values()) if (plannedUntil < first) first = plannedUntil
      if (first < until) behind.set(jobId, first)
    }
    return behind
  }
}
