import { identity, instantsOf, type ScheduleModel } from './schedule-model.ts'
import type { JobModel } from './job-model.ts'

/** One stretch of (wall) time for which a schedule was in force. Where a change was on its way, it was so perhaps. */
interface Stretch {
  readonly jobId: string
  readonly model: ScheduleModel
  /** Perhaps in force from here on … */
  mayFrom: number
  /** … and certainly from here on. Infinity while the change is on its way. */
  mustFrom: number
  /** Certainly up to here. Infinity while it is in force. */
  mustUntil: number
  /** Perhaps up to here. */
  mayUntil: number
  phase: 'coming' | 'in' | 'going' | 'over'
}

/** Which schedules were in force when, by the server's wall clock: what instants there must be, and which there may be. */
export class InForce {
  readonly #stretches: Stretch[] = []

  /** The job files have changed; the server will know sooner or later. */
  changing(jobs: readonly JobModel[], now: number): void {
    const wanted = new Map<string, { readonly jobId: string; readonly model: ScheduleModel }>()
    for (const { id, schedules } of jobs)
      for (const model of schedules) wanted.set(keyOf(id, model), { jobId: id, model })
    for (const stretch of this.#stretches) {
      const key = keyOf(stretch.jobId, stretch.model)
      if (stretch.phase === 'over') continue
      if (wanted.has(key)) {
        // It was going and comes back before the server has seen that it went: perhaps it never did.
        if (stretch.phase === 'going') this.#over(stretch)
        else wanted.delete(key)
      } else if (stretch.phase === 'coming') this.#over(stretch)
      else if (stretch.phase === 'in') {
        stretch.mustUntil = Math.min(stretch.mustUntil, now)
        stretch.phase = 'going'
      }
    }
    for (const { jobId, model } of wanted.values()) {
      this.#stretches.push({
        jobId,
        model,
        mayFrom: now,
        mustFrom: now,
        mustUntil: Infinity,
        mayUntil: now,
        phase: 'coming',
      })
    }
  }

  /** The server says that the last change is in force. */
  changed(now: number): void {
    this.sees(now)
    for (const stretch of this.#stretches) {
      if (stretch.phase === 'coming') stretch.phase = 'in'
      if (stretch.phase === 'going') this.#over(stretch)
    }
  }

  /** The wall clock shows this: before and after it was stepped, and now and then. */
  sees(now: number): void {
    for (const stretch of this.#stretches) {
      if (stretch.phase === 'over') {
        // Set back to before its end: what had no verdict by then is to come again, and nothing wants it any more.
        stretch.mustUntil = Math.min(stretch.mustUntil, now)
        continue
      }
      stretch.mayFrom = Math.min(stretch.mayFrom, now)
      stretch.mayUntil = Math.max(stretch.mayUntil, now)
      if (stretch.phase === 'coming') stretch.mustFrom = Math.max(stretch.mustFrom, now)
      if (stretch.phase === 'going') stretch.mustUntil = Math.min(stretch.mustUntil, now)
    }
  }

  /** Every instant that there must be, as `job due`, each once for every schedule that wants it. */
  required(): ReadonlyMap<string, { readonly jobId: string; readonly model: ScheduleModel; readonly due: number }> {
    const required = new Map<string, { readonly jobId: string; readonly model: ScheduleModel; readonly due: number }>()
    for (const { jobId, model, phase, mustFrom, mustUntil, mayUntil } of this.#stretches) {
      if (phase === 'coming') continue
      for (const due of instantsOf(model, mustFrom + 1, Math.min(mustUntil, mayUntil)))
        required.set(`${keyOf(jobId, model)} ${due}`, { jobId, model, due })
    }
    return required
  }

  /** Whether there may be an instant at `due`. */
  allows(jobId: string, model: ScheduleModel, due: number): boolean {
    const key = keyOf(jobId, model)
    return this.#stretches.some(
      (stretch) => keyOf(stretch.jobId, stretch.model) === key && due >= stretch.mayFrom && due <= stretch.mayUntil,
    )
  }

  #over(stretch: Stretch): void {
    // A change that was still coming may have come for a moment; it need not have.
    if (stretch.phase === 'coming') stretch.mustUntil = -Infinity
    stretch.phase = 'over'
  }
}

function keyOf(jobId: string, model: ScheduleModel): string {
  return `${jobId} ${identity(model)}`
}
