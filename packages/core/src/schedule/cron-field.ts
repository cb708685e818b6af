/** One place of a cron expression. */
export interface CronField {
  readonly name: 'second' | 'minute' | 'hour' | 'day of month' | 'month' | 'day of week'
  readonly min: number
  /** The last value of `*`, and of a step without an end. */
  readonly max: number
  /** The last value that may be written: 7 for Sunday. */
  readonly top: number
  /** Names of values from `min` on. */
  readonly names: readonly string[]
  readonly example: string
}

/** A piece of a field, between commas, and its column (from 1) in the expression. */
export interface CronPart {
  readonly text: string
  readonly column: number
}

/** Thrown within the parser of cron expressions only. */
export class CronFault extends Error {}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

export const SECOND: CronField = { name: 'second', min: 0, max: 59, top: 59, names: [], example: '*/15' }
export const MINUTE: CronField = { name: 'minute', min: 0, max: 59, top: 59, names: [], example: '*/15' }
export const HOUR: CronField = { name: 'hour', min: 0, max: 23, top: 23, names: [], example: '9-17' }
export const DAY_OF_MONTH: CronField = {
  name: 'day of month',
  min: 1,
  max: 31,
  top: 31,
  names: [],
  example: '1,15 or L',
}
export const MONTH: CronField = { name: 'month', min: 1, max: 12, top: 12, names: MONTHS, example: '1-3 or JAN' }
export const DAY_OF_WEEK: CronField = {
  name: 'day of week',
  min: 0,
  max: 6,
  top: 7,
  names: WEEKDAYS,
  example: '1-5, MON-FRI or MON#2',
}

/** Stops the parser: `hour field, column 3: 25 is not 0 to 23`. */
export function fault(field: CronField, part: CronPart, message: string): never {
  throw new CronFault(`${field.name} field, column ${part.column}: ${message}`)
}

/** A number or a name as a value of a field; else a fault. 7 for Sunday stays 7. */
export function valueOf(field: CronField, text: string, part: CronPart): number {
  const index = field.names.indexOf(text)
  if (index >= 0) return field.min + index
  if (!/^\d{1,4}$/.test(text)) {
    const shown = text === '' ? 'nothing' : `'${text}'`
    fault(field, part, `expected ${field.min} to ${field.top}${namesOf(field)}, as ${field.example}, not ${shown}`)
  }
  const value = Number(text)
  return value >= field.min && value <= field.top
    ? value
    : fault(field, part, `${value} is not ${field.min} to ${field.top}`)
}

/** `*`, `a`, `a-b`, each with `/step` or without: its values, as many as there are, in no order. */
export function plainValues(field: CronField, part: CronPart): number[] {
  const [range = '', stepText, ...more] = part.text.split('/')
  if (more.length > 0) fault(field, part, `more than one / in '${part.text}'`)
  const [first, last] = rangeOf(field, part, range, stepText !== undefined)
  const step = stepText === undefined ? 1 : stepOf(field, part, stepText)
  if (first > last) fault(field, part, `the range ${range} goes backwards; write two, with a comma`)
  const values: number[] = []
  for (let value = first; value <= last; value += step) values.push(value)
  return values
}

function rangeOf(field: CronField, part: CronPart, range: string, stepped: boolean): readonly [number, number] {
  if (range === '*') return [field.min, field.max]
  const [from = '', to, ...more] = range.split('-')
  if (more.length > 0) fault(field, part, `expected a range of two values, not '${range}'`)
  const first = valueOf(field, from, part)
  // 7 is Sunday: a step from there on is one from the first day.
  if (to === undefined) return stepped ? [first > field.max ? field.min : first, field.max] : [first, first]
  // A range may end with Sunday as a name, as it may with 7.
  const last = to === 'SUN' && field.names === WEEKDAYS && first > 0 ? field.top : valueOf(field, to, part)
  return [first, last]
}

function stepOf(field: CronField, part: CronPart, text: string): number {
  const most = field.max - field.min + 1
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return step >= 1 && step <= most ? step : fault(field, part, `expected a step of 1 to ${most}, not '${text}'`)
}

function namesOf({ names }: CronField): string {
  return names.length === 0 ? '' : ` or ${names[0]} to ${names.at(-1)}`
}
