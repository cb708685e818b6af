import { type Calendar, countDates, moveIn, nextDate, prevDate } from '@apsis/core/calendar'
import { type CivilDate, formatDate, parseDate } from '@apsis/core/time'
import { UsageError } from '../command/index.ts'

/** What may be asked of a calendar; one at a time. */
export interface Questions {
  readonly contains?: string
  readonly next?: string
  readonly prev?: string
  readonly before?: string
  readonly after?: string
  readonly shift?: readonly string[]
  readonly count?: readonly string[]
}

/** The answer: null where there is no such date. */
export type Answer = boolean | number | string | null

/** Answers what is asked; undefined where nothing is. Throws a UsageError for dates and numbers that are none, and for two questions. */
export function answer(calendar: Calendar, questions: Questions): Answer | undefined {
  const { contains, next, prev, before, after, shift, count } = questions
  const asked = [contains, next, prev, before, after, shift, count].filter((one) => one !== undefined)
  if (asked.length > 1)
    throw new UsageError('one question at a time: --contains, --next, --prev, --before, --after, --shift or --count')
  if (contains !== undefined) return calendar.contains(date(contains))
  if (next !== undefined) return text(nextDate(calendar, date(next)))
  if (prev !== undefined) return text(prevDate(calendar, date(prev)))
  if (before !== undefined) return text(calendar.onOrBefore(date(before)))
  if (after !== undefined) return text(calendar.onOrAfter(date(after)))
  if (shift !== undefined) {
    const [from, by] = pair(shift, '--shift DATE N')
    if (!/^[+-]?\d{1,7}$/.test(by)) throw new UsageError(`--shift: expected a whole number of dates, not ${by}`)
    return text(moveIn(calendar, date(from), Number(by)))
  }
  if (count === undefined) return undefined
  const [from, to] = pair(count, '--count FROM TO')
  return countDates(calendar, date(from), date(to))
}

function pair(values: readonly string[], form: string): readonly [string, string] {
  const [first, second, ...rest] = values
  if (first === undefined || second === undefined || rest.length > 0) throw new UsageError(`expected ${form}`)
  return [first, second]
}

function date(value: string): CivilDate {
  const parsed = parseDate(value)
  if (!parsed.ok) throw new UsageError(parsed.message)
  return parsed.value
}

function text(found: CivilDate | null): string | null {
  return found === null ? null : formatDate(found)
}
