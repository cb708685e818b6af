import { dateText } from './calendar.ts'
import type { ClockTable, Policy } from './clock-table.ts'
import { ANY_ZONE, type Due, daytimeText, timeText } from './due.ts'
import { DAY, HOUR, MINUTE, SECOND } from './units.ts'

/** What `dst` is where a cron schedule has none: one for every hour goes with the clock, any other is due once a day. */
export function defaultPolicy(cron: string): Policy {
  const hour = cron.split(' ').at(-4) ?? ''
  return { gap: 'skip', fold: hour.startsWith('*') ? 'both' : 'first' }
}

/** The readings in and near a window [from, to) that an expression has: each, by seconds or by minutes, is held against it. */
export function cronReadings(table: ClockTable, cron: string, from: number, to: number): number[] {
  const fields = cron.split(' ')
  const step = fields.length === 6 ? SECOND : MINUTE
  const matches = matcher(fields)
  const readings: number[] = []
  // As far as clocks are moved at most, to either side.
  const reach = DAY + HOUR
  const begin = Math.floor((table.shownAt(from) - reach) / step) * step
  for (let reading = begin; reading <= table.shownAt(to) + reach; reading += step) {
    if (matches(reading)) readings.push(reading)
  }
  return readings
}

/** What is due in [from, to) of the readings of an expression, by the rules and from the table. */
export function cronDues(
  table: ClockTable,
  readings: readonly number[],
  policy: Policy,
  from: number,
  to: number,
): Due[] {
  const found = new Map<number, { readonly reading: number; readonly moved: boolean }>()
  for (const reading of readings) {
    const { instants, moved } = table.meaningOf(reading, policy)
    for (const due of instants) {
      const known = found.get(due)
      if (known === undefined || (known.moved && !moved)) found.set(due, { reading, moved })
    }
  }
  return [...found]
    .filter(([due]) => due >= from && due < to)
    .sort(([a], [b]) => a - b)
    .map(([due, { reading }]) => ({
      due,
      args: {
        calendar: 'all days',
        date: dateText(Math.floor(reading / DAY)),
        daytime: daytimeText(reading - Math.floor(reading / DAY) * DAY),
        time: timeText(due),
        tz: ANY_ZONE,
      },
    }))
}

// Whether a reading is one of an expression: numbers, `*`, ranges, steps and lists.
function matcher(fields: readonly string[]): (reading: number) => boolean {
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] =
    fields.length === 6 ? fields : ['0', ...fields]
  const [seconds, minutes, hours] = [values(second, 0, 59), values(minute, 0, 59), values(hour, 0, 23)]
  const [days, months, weekdays] = [values(day, 1, 31), values(month, 1, 12), values(weekday, 0, 6)]
  const either = !day.startsWith('*') && !weekday.startsWith('*')
  return (reading) => {
    if (!minutes.has(Math.floor(reading / MINUTE) - Math.floor(reading / HOUR) * 60)) return false
    const at = new Date(reading)
    if (!seconds.has(at.getUTCSeconds()) || !hours.has(at.getUTCHours()) || !months.has(at.getUTCMonth() + 1))
      return false
    const [byDay, byWeekday] = [days.has(at.getUTCDate()), weekdays.has(at.getUTCDay())]
    return either ? byDay || byWeekday : byDay && byWeekday
  }
}

function values(field: string, min: number, max: number): Set<number> {
  const found = new Set<number>()
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/')
    const [first = min, last = range.includes('-') || !part.includes('/') ? first : max] =
      range === '*' ? [min, max] : range.split('-').map(Number)
    for (let value = first; value <= last; value += Number(step)) found.add(value)
  }
  return found
}
