import type { Calendar, CalendarSource } from '../calendar/index.ts'
import { type CivilDate, formatDate } from '../time/index.ts'
import { bindArguments } from './bind-arguments.ts'
import type { Budget } from './budget.ts'
import { dateValue, toDate } from './date-value.ts'
import { text } from './expect-value.ts'
import { fail } from './fault.ts'
import { smallInt } from './number.ts'
import { type Arguments, CallableValue, type ObjectType, ObjectValue, type Value } from './value.ts'

const CALENDAR: ObjectType<Calendar> = {
  name: 'Calendar',
  str: ({ name }) => name,
  repr: ({ name }) => `Calendar(name='${name}')`,
  attribute(calendar, name) {
    if (name === 'name') return calendar.name
    const method = METHODS.get(name)
    return method && new CallableValue(name, (args, { budget }) => method(calendar, args, budget))
  },
  operate(operator, calendar, other) {
    return operator === 'in' ? contains(calendar, toDate(other)) : undefined
  },
}

type CalendarMethod = (calendar: Calendar, args: Arguments, budget: Budget) => Value

const METHODS: ReadonlyMap<string, CalendarMethod> = new Map<string, CalendarMethod>([
  seek('before', (calendar, date) => calendar.onOrBefore(date)),
  seek('after', (calendar, date) => calendar.onOrAfter(date)),
  seek('prev', (calendar, date) => calendar.onOrBefore(date - 1)),
  seek('next', (calendar, date) => calendar.onOrAfter(date + 1)),
  [
    'contains',
    (calendar, args) => {
      const [date = null] = bindArguments('contains', ['date'], args)
      return contains(calendar, toDate(date))
    },
  ],
  [
    'shift',
    (calendar, args) => {
      const [date = null, shift = null] = bindArguments('shift', ['date', 'shift'], args)
      return found(calendar, shifted(calendar, toDate(date), smallInt(shift, 'shift')))
    },
  ],
  [
    'count',
    (calendar, args, budget) => {
      const [start = null, stop = null] = bindArguments('count', ['start', 'stop'], args)
      return BigInt(count(calendar, toDate(start), toDate(stop), budget))
    },
  ],
])

/** `get_calendar(name)`, of the calendars that there are. */
export function calendarFunction(calendars: CalendarSource): CallableValue {
  return new CallableValue('get_calendar', (args) => {
    const [name = null] = bindArguments('get_calendar', ['name'], args)
    const calendar = calendars(text(name, 'the name of a calendar'))
    return calendar.ok ? new ObjectValue(CALENDAR, calendar.value) : fail(calendar.message)
  })
}

function seek(
  name: string,
  find: (calendar: Calendar, date: CivilDate) => CivilDate | null,
): readonly [string, CalendarMethod] {
  return [
    name,
    (calendar, args) => {
      const [date = null] = bindArguments(name, ['date'], args)
      return found(calendar, find(calendar, within(calendar, toDate(date))))
    },
  ]
}

function contains(calendar: Calendar, date: CivilDate): boolean {
  return calendar.contains(within(calendar, date))
}

// From a date that is not in the calendar, its neighbour counts as the first step.
function shifted(calendar: Calendar, date: CivilDate, shift: number): CivilDate | null {
  if (contains(calendar, date)) return calendar.shift(date, shift)
  if (shift === 0) return fail(`${formatDate(date)} is not in calendar ${calendar.name}`)
  const start = shift > 0 ? calendar.onOrAfter(date) : calendar.onOrBefore(date)
  return start === null ? null : calendar.shift(start, shift > 0 ? shift - 1 : shift + 1)
}

/** Dates of the calendar from `start` to before `stop`; one by one, and paid for so. */
function count(calendar: Calendar, start: CivilDate, stop: CivilDate, budget: Budget): number {
  within(calendar, start)
  if (stop > calendar.end) fail(`${formatDate(stop)} is not in the range of calendar ${calendar.name}`)
  let dates = 0
  for (let date = calendar.onOrAfter(start); date !== null && date < stop; date = calendar.onOrAfter(date + 1)) {
    budget.spend(1)
    dates++
  }
  return dates
}

function within(calendar: Calendar, date: CivilDate): CivilDate {
  return date >= calendar.first && date < calendar.end
    ? date
    : fail(`${formatDate(date)} is not in the range of calendar ${calendar.name}`)
}

function found(calendar: Calendar, date: CivilDate | null): Value {
  return date === null ? fail(`there is no such date in calendar ${calendar.name}`) : dateValue(date)
}
