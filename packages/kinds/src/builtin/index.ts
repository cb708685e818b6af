import type { KindRegistry } from '@apsis/core/kind'
import { type Environment, PLAIN_ENVIRONMENT } from '@apsis/core/template'
import { schedule } from '../actions/schedule/spec.ts'
import { constant } from '../conditions/const/spec.ts'
import { dependency } from '../conditions/dependency/spec.ts'
import { maxRunning } from '../conditions/max-running/spec.ts'
import { skipDuplicate } from '../conditions/skip-duplicate/spec.ts'
import { archive } from '../programs/archive/spec.ts'
import { noOp } from '../programs/no-op/spec.ts'
import { procstar } from '../programs/procstar/spec.ts'
import { procstarShell } from '../programs/procstar-shell/spec.ts'
import { stats } from '../programs/stats/spec.ts'
import { vacuum } from '../programs/vacuum/spec.ts'
import { cron } from '../schedules/cron/spec.ts'
import { daily } from '../schedules/daily/spec.ts'
import { dailyInterval } from '../schedules/daily-interval/spec.ts'
import { explicit } from '../schedules/explicit/spec.ts'
import { interval } from '../schedules/interval/spec.ts'
import { daytime } from '../stops/daytime/spec.ts'
import { duration } from '../stops/duration/spec.ts'

/** The built-in kinds: what job files may name. A new kind is one folder, and its name here. */
export const createRegistry = (environment: Environment): KindRegistry => ({
  environment,
  schedules: [
    interval,
    daily(environment.calendars),
    dailyInterval(environment.calendars),
    explicit,
    cron(environment.calendars),
  ],
  stops: [duration, daytime],
  programs: [procstar, procstarShell, noOp, archive, vacuum, stats],
  conditions: [dependency, maxRunning, skipDuplicate, constant],
  actions: [schedule],
})

/** The built-in kinds where nothing is configured. */
export const registry: KindRegistry = createRegistry(PLAIN_ENVIRONMENT)
