import type { Args } from '../run/run.ts'
import { formatInstant, type Instant } from '../time/index.ts'

/**
 * The args of a scheduled run: for each param `schedule_time`, else what the job file says, else what the schedule offers. Args that no
 * param takes are dropped; params that nobody gives are left out, for binding to complain of. Source: spec/apsis.md 1.7, 2.
 */
export function instantArgs(params: readonly string[], explicit: Args, offered: Args, due: Instant): Args {
  const args: [string, string][] = []
  for (const param of params) {
    const source = Object.hasOwn(explicit, param) ? explicit : offered
    const value =
      param === 'schedule_time' ? formatInstant(due) : Object.hasOwn(source, param) ? source[param] : undefined
    if (value !== undefined) args.push([param, value])
  }
  return Object.fromEntries(args.sort(([a], [b]) => (a < b ? -1 : 1)))
}
