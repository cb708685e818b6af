import type { Config } from '../config/index.ts'
import type { Catchup, JobSchedule } from '../job/index.ts'
import type { Duration, Instant } from '../time/index.ts'

/** Instants that are decided later than this after they were due are overdue: a policy says what becomes of them. Others just run late. */
export const OVERDUE: Duration = 60_000

/** What the config says of all schedules. */
export interface CatchupDefaults {
  /** For schedules that say nothing themselves. */
  readonly catchup: Catchup
  /** Nothing older is made up for, whatever a schedule says; null: however old. */
  readonly maxAge: Duration | null
  /** Nothing that was due before is run; null: no such time. */
  readonly since: Instant | null
}

/** Makes up for everything: what is meant where nothing is said. */
export const MAKE_UP_ALL: CatchupDefaults = {
  catchup: { policy: 'all', maxAge: null, maxCount: null, rate: null },
  maxAge: null,
  since: null,
}

/** What a config says of schedules, for a server that starts at `now`. */
export function catchupDefaults(config: Config['schedule'], now: Instant): CatchupDefaults {
  return {
    catchup: config.catchup ?? MAKE_UP_ALL.catchup,
    maxAge: config.maxAge,
    since: config.since === 'now' ? now : config.since,
  }
}

/** What becomes of the overdue instants of one schedule: its own policy, or that of the config, within the bounds of both. */
export interface CatchupRule extends Catchup {
  readonly since: Instant | null
  /** Why nobody wants its instants any more, or null. */
  readonly gone: string | null
}

/** The rule of a schedule. `schedule`: null where the job has none such any more, or no longer is there. */
export function catchupRule(
  schedule: Pick<JobSchedule, 'catchup' | 'enabled'> | null,
  defaults: CatchupDefaults,
): CatchupRule {
  const said = schedule?.catchup ?? defaults.catchup
  const ages = [said.maxAge, defaults.maxAge].filter((age) => age !== null)
  const gone =
    schedule === null ? 'its schedule is no longer there' : schedule.enabled ? null : 'its schedule is disabled'
  return { ...said, maxAge: ages.length === 0 ? null : Math.min(...ages), since: defaults.since, gone }
}

/** Whether every overdue instant is run at once, so that there is nothing to decide. */
export function runsAll(rule: CatchupRule): boolean {
  const { policy, maxAge, maxCount, rate, since, gone } = rule
  return policy === 'all' && maxAge === null && maxCount === null && rate === null && since === null && gone === null
}

// Instants are told apart to the microsecond.
const TICK = 0.001

/** Instants due before this time are for the rule to decide; those from then on run when they are due. At most what is due just now. */
export function decidedBefore(since: Instant | null, now: Instant): Instant {
  return since === null ? now - OVERDUE : Math.max(now - OVERDUE, Math.min(since, now + TICK))
}
