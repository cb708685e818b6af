import { cronInstants, type CronRule } from '@apsis/core/schedule'
import { DAY, formatDate, formatDaytime, type Instant } from '@apsis/core/time'
import { FOLDS, GAPS, MAX_REMARKS } from '../daily/odd-days.ts'

const YEAR_DAYS = 366

/** The times of the coming year that clocks skip or show twice, and what comes of it; the first ten. */
export function oddCronDays(rule: CronRule, from: Instant): string[] {
  const { zone } = rule
  const remarks: string[] = []
  const today = Math.floor((from + zone.minOffset) / DAY)
  for (let day = today; day < today + YEAR_DAYS; day++) {
    // An expression may be due each second; only days with something odd are worth looking at.
    if (!Number.isNaN(zone.plainInstant(day * DAY, (day + 1) * DAY))) continue
    const [start, end] = [day * DAY - zone.maxOffset, (day + 1) * DAY - zone.minOffset]
    const both = { ...rule, dst: { gap: 'shift', fold: 'both' } } as const
    for (const { due, date, daytime, moved } of cronInstants(both, Math.max(start, from), end)) {
      if (date !== day) continue
      const name = `${formatDate(date)} ${formatDaytime(daytime)} ${zone.name}`
      if (moved) remarks.push(`${name}: ${GAPS[rule.dst.gap]}`)
      else if (zone.instantsOf(date * DAY + daytime)[0] !== due) remarks.push(`${name}: ${FOLDS[rule.dst.fold]}`)
      if (remarks.length >= MAX_REMARKS) return remarks
    }
  }
  return remarks
}
