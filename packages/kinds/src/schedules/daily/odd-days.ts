import { type DailyRule, dailyInstants } from '@apsis/core/schedule'
import { DAY, type DstPolicy, formatDate, formatDaytime, type Instant } from '@apsis/core/time'

const YEAR = 366 * DAY
/** Remarks on odd days of one schedule. */
export const MAX_REMARKS = 10

/** What comes of a daytime that clocks skip. */
export const GAPS: Readonly<Record<DstPolicy['gap'], string>> = {
  skip: 'clocks skip it, so it is not due',
  next: 'clocks skip it; due when they have',
  shift: 'clocks skip it; due as much later as they skip',
}
/** What comes of a daytime that clocks show twice. */
export const FOLDS: Readonly<Record<DstPolicy['fold'], string>> = {
  first: 'clocks show it twice; due the first time',
  second: 'clocks show it twice; due the second time',
  both: 'clocks show it twice; due both times',
}

/** The daytimes of the coming year that clocks skip or show twice, and what comes of it; the first ten. */
export function oddDays(
  rule: DailyRule,
  from: Instant,
  texts: { readonly gap: typeof GAPS; readonly fold: typeof FOLDS } = { gap: GAPS, fold: FOLDS },
): string[] {
  const remarks: string[] = []
  let before = ''
  for (const { due, nominal, daytime, moved } of dailyInstants(
    { ...rule, dst: { gap: 'shift', fold: 'both' } },
    from,
    from + YEAR,
  )) {
    const local = rule.zone.localAt(due)
    // What the schedule asked for: where clocks skipped it, they now show something else.
    const date = Math.floor(local / DAY)
    const name = `${formatDate(date)} ${formatDaytime(daytime)} ${rule.zone.name}`
    const repeated = `${nominal} ${daytime}` === before
    before = `${nominal} ${daytime}`
    if (moved) remarks.push(`${name}: ${texts.gap[rule.dst.gap]}`)
    else if (repeated) remarks.push(`${name}: ${texts.fold[rule.dst.fold]}`)
    if (remarks.length >= MAX_REMARKS) break
  }
  return remarks
}
