import { occurrencesOf } from '../plan/occurrences.ts'
import { DAY, type Instant } from '../time/index.ts'
import { FINISHED } from '../run/state.ts'
import type { Job } from '../job/job.ts'
import { argsFault } from '../job/args.ts'
import { type Instance, instanceKey } from './instance.ts'
import type { JobSet } from './jobs.ts'

/** Most instants looked at of one job, in the two days together. */
const MAX_OF_JOB = 10_000
/** Most different runs kept, of all jobs. */
const MAX_RUNS = 200_000

/** The runs there will be, those that only differ in their time being one. */
export interface DayRuns {
  /** Due in the day to come: a job, args, and the first time; in the order of the jobs. */
  readonly due: readonly (Instance & { readonly at: Instant })[]
  /** When each is first due, from a day ago to a day ahead, by its key; those that actions make are as their causes. */
  readonly at: ReadonlyMap<string, Instant>
  /** Jobs of which not all runs were looked at. */
  readonly cut: ReadonlySet<string>
}

/** Looks at the enabled schedules of all jobs, a day back and a day ahead, and follows actions. Yields once a job. */
export function* dayRuns(set: JobSet): Generator<undefined, DayRuns> {
  const due = new Map<string, Instance & { readonly at: Instant }>()
  const at = new Map<string, Instant>()
  const cut = new Set<string>()
  for (const job of set.jobs.values()) {
    let looked = 0
    for (const [from, to] of [
      [set.now, set.now + DAY],
      [set.now - DAY, set.now],
    ] as const) {
      for (const schedule of job.schedules) {
        if (!schedule.enabled) continue
        for (const { due: instant, args } of occurrencesOf(job, schedule, from, to)) {
          if (++looked > MAX_OF_JOB || at.size >= MAX_RUNS) {
            cut.add(job.id)
            break
          }
          if (argsFault(job, args) !== null) continue
          const run = { jobId: job.id, args, at: instant }
          const key = instanceKey(run)
          if (from === set.now && instant < (due.get(key)?.at ?? Infinity)) due.set(key, run)
          note(set, run, at, cut)
        }
      }
    }
    yield
  }
  return { due: [...due.values()], at, cut }
}

// A run, and those that follow from it; a run that is known to be as early is not followed again.
function note(
  set: JobSet,
  first: Instance & { readonly at: Instant },
  at: Map<string, Instant>,
  cut: Set<string>,
): void {
  const pending: Instance[] = [first]
  for (let run = pending.pop(); run !== undefined; run = pending.pop()) {
    const key = instanceKey(run)
    if (first.at >= (at.get(key) ?? Infinity)) continue
    if (at.size >= MAX_RUNS) {
      cut.add(run.jobId)
      continue
    }
    at.set(key, first.at)
    const job = set.jobs.get(run.jobId)
    if (job !== undefined) for (const next of followers(set, job, run)) pending.push(next)
  }
}

function followers(set: JobSet, job: Job, { args }: Instance): readonly Instance[] {
  return job.actions.flatMap((action) => {
    const states = FINISHED.filter((state) => action.applies({ runId: 'r0', jobId: job.id, args, state }))
    const [state] = states
    if (state === undefined) return []
    const planned = action.plan({ runId: 'r0', jobId: job.id, args, state }, set.paramsOf)
    return planned.ok ? planned.value.map((effect) => ({ jobId: effect.jobId, args: effect.args })) : []
  })
}
