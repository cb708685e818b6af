import type { Job } from '@apsis/core/job'
import { InForce } from './in-force.ts'
import { type JobModel, jobOf } from './job-model.ts'
import type { ScheduleModel } from './schedule-model.ts'

/** The folder of job files as it is now, and every schedule that it ever had. */
export class Folder {
  readonly inForce: InForce = new InForce()
  readonly #known = new Map<string, ScheduleModel>()
  #models: readonly JobModel[] = []
  #jobs: readonly Job[] = []
  #version = 0

  get models(): readonly JobModel[] {
    return this.#models
  }

  get jobs(): readonly Job[] {
    return this.#jobs
  }

  /** Counts the changes. */
  get version(): number {
    return this.#version
  }

  /** Puts other files there; `now` by the server's wall clock. */
  put(models: readonly JobModel[], now: number): void {
    this.#models = models
    this.#jobs = models.map(jobOf)
    this.#version++
    models.forEach((model, index) =>
      model.schedules.forEach((schedule, position) => {
        const key = this.#jobs[index]?.schedules[position]?.key
        if (key !== undefined) this.#known.set(`${model.id} ${key}`, schedule)
      }),
    )
    this.inForce.changing(models, now)
  }

  /** The schedule of a stored key; undefined where there never was one. */
  schedule(jobId: string, scheduleKey: string): ScheduleModel | undefined {
    return this.#known.get(`${jobId} ${scheduleKey}`)
  }
}
