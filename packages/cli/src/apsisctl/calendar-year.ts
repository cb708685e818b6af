import type { Calendar } from '@apsis/core/calendar'
import { countDates } from '@apsis/core/calendar'
import { civilDate, daysInMonth, formatDate, MONTH_NAMES, weekdayOf } from '@apsis/core/time'
import { fitText, printable, textWidth } from '../terminal/index.ts'

const HEAD = ' Mo Tu We Th Fr Sa Su '
const WIDTH = HEAD.length
const GAP = '  '
const ACROSS = 3
const WEEKS = 6
const PAGE = WIDTH * ACROSS + GAP.length * (ACROSS - 1)

/** A year as 12 small months, 70 columns wide, with the dates of the calendar marked: highlighted where there are colours, else in brackets. */
export function yearText(calendar: Calendar, year: number, color: boolean): string {
  const count = countDates(calendar, civilDate(year, 1, 1), civilDate(year + 1, 1, 1))
  const head = `${printable(calendar.label)} in ${year}: ${dates(count)}`
  const months = MONTH_NAMES.map((_, index) => monthLines(calendar, year, index + 1, color))
  const rows: string[] = [fitText(head, PAGE), ...limits(calendar, year), '']
  for (let first = 0; first < months.length; first += ACROSS) {
    const across = months.slice(first, first + ACROSS)
    const height = Math.max(...across.map((month) => month.length))
    for (let line = 0; line < height; line++) {
      rows.push(
        across
          .map((month) => month[line] ?? ' '.repeat(WIDTH))
          .join(GAP)
          .trimEnd(),
      )
    }
    rows.push('')
  }
  return `${rows.join('\n').trimEnd()}\n`
}

function dates(count: number): string {
  return count === 1 ? '1 date' : `${count} dates`
}

function limits({ first, end }: Calendar, year: number): string[] {
  const [start, stop] = [civilDate(year, 1, 1), civilDate(year + 1, 1, 1)]
  return [
    ...(first > start ? [`nothing is known of dates before ${formatDate(first)}`] : []),
    ...(end < stop ? [`nothing is known of dates from ${formatDate(end)} on`] : []),
  ]
}

function monthLines(calendar: Calendar, year: number, month: number, color: boolean): string[] {
  const start = civilDate(year, month, 1)
  const length = daysInMonth(year, month)
  const count = countDates(calendar, start, start + length)
  const lines = [centred(`${MONTH_NAMES[month - 1] ?? ''} (${count})`), HEAD]
  for (let week = 0; week < WEEKS; week++) {
    const monday = start - weekdayOf(start) + week * 7
    if (monday >= start + length) break
    const days = Array.from({ length: 7 }, (_, index) => {
      const day = monday + index - start + 1
      return day < 1 || day > length ? null : { day, marked: calendar.contains(monday + index) }
    })
    lines.push(color ? highlighted(days) : bracketed(days))
  }
  return lines
}

type Day = { readonly day: number; readonly marked: boolean } | null

function highlighted(days: readonly Day[]): string {
  const cells = days.map((one) => {
    const text = one === null ? '  ' : String(one.day).padStart(2)
    return one?.marked === true ? ` \u001b[1;7m${text}\u001b[0m` : ` ${text}`
  })
  return `${cells.join('')} `
}

// Brackets stand around dates that follow each other, so that each day takes three columns.
function bracketed(days: readonly Day[]): string {
  let line = ''
  let before = false
  for (const one of days) {
    const marked = one?.marked === true
    line += marked === before ? ' ' : marked ? '[' : ']'
    line += one === null ? '  ' : String(one.day).padStart(2)
    before = marked
  }
  return `${line}${before ? ']' : ' '}`
}

function centred(text: string): string {
  const left = Math.floor((WIDTH - textWidth(text)) / 2)
  return `${' '.repeat(left)}${text}`.padEnd(WIDTH)
}
