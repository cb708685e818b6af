import { ALL_DAYS } from '../calendar/index.ts'
import { civilDate, type Parsed } from '../time/index.ts'
import { type CronDays, type CronDaysOfMonth, type CronWeekdays, cronDates } from './cron-days.ts'
import {
  CronFault,
  type CronField,
  type CronPart,
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  fault,
  HOUR,
  MINUTE,
  MONTH,
  plainValues,
  SECOND,
  valueOf,
} from './cron-field.ts'

/** A cron expression, read. */
export interface CronExpression extends CronDays {
  /** In capitals, with single blanks; a name with `@` in small letters. */
  readonly text: string
  /** Each ascending, without repeats, not empty. */
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  /** The hour field begins with `*`. */
  readonly everyHour: boolean
}

const MAX_LENGTH = 500
const MACROS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])
const FIVE = [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK]

/** Reads a cron expression of five fields, of six (seconds first), or a name with `@`. Messages say which field, and where. */
export function parseCron(input: string): Parsed<CronExpression> {
  if (input.length > MAX_LENGTH) return { ok: false, message: `longer than ${MAX_LENGTH} characters` }
  try {
    return { ok: true, value: read(input) }
  } catch (error) {
    if (error instanceof CronFault) return { ok: false, message: error.message }
    throw error
  }
}

function read(input: string): CronExpression {
  const name = input.trim().toLowerCase()
  const macro = MACROS.get(name)
  if (macro !== undefined) return { ...readFields(macro), text: name }
  if (name.startsWith('@')) {
    throw new CronFault(`unknown name ${name}: expected one of ${[...MACROS.keys()].join(', ')}, or five fields`)
  }
  return readFields(input.toUpperCase())
}

function readFields(text: string): CronExpression {
  const words = [...text.matchAll(/\S+/g)].map((match): CronPart => ({ text: match[0], column: match.index + 1 }))
  if (words.length !== 5 && words.length !== 6) {
    const order = 'minute, hour, day of month, month, day of week, and the second before them where there are six'
    throw new CronFault(`expected 5 or 6 fields (${order}), not ${words.length}`)
  }
  const fields = words.length === 6 ? [SECOND, ...FIVE] : FIVE
  const wordOf = (field: CronField): CronPart => words[fields.indexOf(field)] ?? { text: '0', column: 1 }
  const numbers = (field: CronField): number[] =>
    sorted(partsOf(wordOf(field)).flatMap((part) => plainValues(field, part)))
  const [dayWord, weekdayWord] = [wordOf(DAY_OF_MONTH), wordOf(DAY_OF_WEEK)]
  const [seconds, minutes, hours] = [numbers(SECOND), numbers(MINUTE), numbers(HOUR)]
  const expression = {
    text: words.map((word) => word.text).join(' '),
    seconds,
    minutes,
    hours,
    everyHour: wordOf(HOUR).text.startsWith('*'),
    days: readDays(dayWord),
    months: new Set(numbers(MONTH)),
    weekdays: readWeekdays(weekdayWord),
    either: isRestricted(dayWord) && isRestricted(weekdayWord),
  }
  const from = civilDate(2000, 1, 1)
  if (cronDates(expression, ALL_DAYS, from, civilDate(2401, 1, 1)).next().done === true) {
    throw new CronFault(`never due: no year has such a day (${dayWord.text} ${wordOf(MONTH).text} ${weekdayWord.text})`)
  }
  return expression
}

function readDays(word: CronPart): CronDaysOfMonth {
  const numbers = new Set<number>()
  const beforeLast: number[] = []
  const nearest: number[] = []
  let lastWeekday = false
  for (const part of partsOf(word)) {
    const last = /^L(?:-(\d{1,2}))?$/.exec(part.text)
    const near = /^(\d{1,4})W$/.exec(part.text)
    if (last !== null) {
      const days = Number(last[1] ?? 0)
      if (days > 30) fault(DAY_OF_MONTH, part, `no month has ${days} days before its last`)
      beforeLast.push(days)
    } else if (near !== null) nearest.push(valueOf(DAY_OF_MONTH, near[1] ?? '', part))
    else if (part.text === 'LW') lastWeekday = true
    else for (const day of plainValues(DAY_OF_MONTH, anyIfAsked(part, word))) numbers.add(day)
  }
  return { numbers, beforeLast, nearest, lastWeekday }
}

function readWeekdays(word: CronPart): CronWeekdays {
  const numbers = new Set<number>()
  const nth: { readonly weekday: number; readonly n: number }[] = []
  const last: number[] = []
  for (const part of partsOf(word)) {
    const [, lastOf] = /^(\w+)L$/.exec(part.text) ?? []
    const [, weekday, n] = /^(.*)#(.*)$/.exec(part.text) ?? []
    if (part.text === 'L') fault(DAY_OF_WEEK, part, "expected the weekday before L, as 5L for the month's last Friday")
    if (lastOf !== undefined) last.push(valueOf(DAY_OF_WEEK, lastOf, part) % 7)
    else if (weekday !== undefined && n !== undefined) {
      if (!/^[1-5]$/.test(n)) fault(DAY_OF_WEEK, part, `expected 1 to 5 after #, not '${n}'`)
      nth.push({ weekday: valueOf(DAY_OF_WEEK, weekday, part) % 7, n: Number(n) })
    } else for (const day of plainValues(DAY_OF_WEEK, anyIfAsked(part, word))) numbers.add(day % 7)
  }
  return { numbers, nth, last }
}

// `?` alone is `*`.
function anyIfAsked(part: CronPart, word: CronPart): CronPart {
  return word.text === '?' ? { ...part, text: '*' } : part
}

// As cron has it: a field that begins with a star does not restrict, even with a step.
function isRestricted({ text }: CronPart): boolean {
  return !text.startsWith('*') && text !== '?'
}

function partsOf(word: CronPart): CronPart[] {
  let { column } = word
  return word.text.split(',').map((text) => {
    const part = { text, column }
    column += text.length + 1
    return part
  })
}

function sorted(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}
