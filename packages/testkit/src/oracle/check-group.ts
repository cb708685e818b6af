import { clockOf } from './clock.ts'
import { compareSchedule, compareStop } from './compare.ts'
import { cronCases } from './cron-cases.ts'
import { dailyCases } from './daily-cases.ts'
import { dailyIntervalCases } from './daily-interval-cases.ts'
import { plainCases } from './plain-cases.ts'
import { count, emptyReport, type Report } from './report.ts'
import { stopCases } from './stop-cases.ts'
import type { Transition } from './transitions.ts'
import { HOUR } from './units.ts'
import { nearby, oddWindow } from './window.ts'

/** A transition that several zones share, with all that is near to it. */
export interface Group {
  readonly zones: readonly string[]
  readonly transition: Transition
  readonly near: readonly Transition[]
}

/** The groups of the transitions of zones: what the table is made for once is compared in each zone of the group. In a fixed order. */
export function groupsOf(zones: ReadonlyMap<string, readonly Transition[]>): Group[] {
  const groups = new Map<string, { zones: string[]; transition: Transition; near: Transition[] }>()
  for (const [zone, transitions] of zones) {
    for (const transition of transitions) {
      const near = nearby(transition, transitions)
      const key = JSON.stringify([transition, near])
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { zones: [zone], transition, near })
      else group.zones.push(zone)
    }
  }
  return [...groups.values()]
}

/** Compares everything around one transition in a zone of its group, and every type and policy in the others. */
export function checkGroup({ zones, transition, near }: Group): Report {
  const report = emptyReport()
  const [first = 'UTC'] = zones
  const window = oddWindow(clockOf(first), transition, near)
  const { table } = window
  for (const zone of zones.slice(1)) {
    // They have the same transitions, so they show the same; a look each hour makes sure of it.
    const clock = clockOf(zone)
    for (let at = Math.ceil(table.from / HOUR) * HOUR; at < table.from + table.rows * table.step; at += HOUR) {
      if (clock(at) !== table.shownAt(at)) throw new Error(`${zone} and ${first} do not show the same at ${at}`)
    }
  }
  for (const cases of [dailyCases, dailyIntervalCases, cronCases, plainCases]) {
    for (const comparison of cases(window)) {
      for (const zone of comparison.everywhere ? zones : [first]) count(report, compareSchedule(comparison, zone))
    }
  }
  for (const comparison of stopCases(window)) {
    for (const zone of comparison.everywhere ? zones : [first]) count(report, compareStop(comparison, zone))
  }
  return report
}
