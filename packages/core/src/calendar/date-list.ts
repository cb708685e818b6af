import type { Diagnostic, DiagnosticCode, Severity } from '../document/index.ts'
import { type CivilDate, formatDate, parseDate } from '../time/index.ts'
import { CALENDAR_LIMITS, type CalendarFile } from './calendar-file.ts'
import type { Bounds } from './day-set.ts'

/** What a file of dates says: its bounds, its dates in order and each once. Null with an error among the diagnostics. */
export interface DateListResult {
  readonly list: (Bounds & { readonly dates: readonly CivilDate[] }) | null
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads `START date`, `STOP date` (exclusive) and dates, one a line; text after them, blank lines and lines that begin with `#` mean nothing. Dates out of
 * order and dates told twice are warnings, for the existing system takes them. Source: spec/apsis.md 2.
 */
export function parseDateList(file: CalendarFile): DateListResult {
  const reader = new DateListReader(file)
  let number = 0
  for (const line of lines(file.text)) {
    number += 1
    if (!reader.line(line, number)) break
  }
  return reader.result()
}

class DateListReader {
  readonly #file: CalendarFile
  readonly #diagnostics: Diagnostic[] = []
  readonly #dates: { readonly date: CivilDate; readonly line: number; readonly column: number }[] = []
  readonly #bounds = new Map<string, CivilDate>()
  readonly #told = new Set<string>()
  #broken = false

  constructor(file: CalendarFile) {
    this.#file = file
  }

  /** False where no further line is to be read. */
  line(text: string, line: number): boolean {
    const match = /^[\s\uFEFF]*(\S+)(?:(\s+)(\S+))?/.exec(text)
    const word = match?.[1] ?? ''
    if (match === null || word.startsWith('#')) return true
    const column = match[0].length - word.length - (match[2]?.length ?? 0) - (match[3]?.length ?? 0) + 1
    if (word === 'START' || word === 'STOP')
      this.#bound(word, match[3] ?? '', line, match[0].length - (match[3]?.length ?? 0) + 1)
    else this.#date(word, line, column)
    if (this.#diagnostics.length < CALENDAR_LIMITS.diagnostics) return true
    this.#say('CALENDAR_TOO_LARGE', line, column, 'too many mistakes: the rest of this file is not looked at')
    return false
  }

  result(): DateListResult {
    const first = this.#bounds.get('START')
    const end = this.#bounds.get('STOP')
    for (const name of ['START', 'STOP']) {
      if (!this.#told.has(name)) {
        this.#say('CALENDAR_BOUNDS', 1, 1, `missing: ${name}`, `write \`${name} YYYY-MM-DD\` on a line at the top`)
      }
    }
    if (first === undefined || end === undefined) return { list: null, diagnostics: this.#diagnostics }
    if (end < first) this.#say('CALENDAR_BOUNDS', 1, 1, `STOP ${formatDate(end)} is before START ${formatDate(first)}`)
    else this.#outside(first, end)
    const dates = [...new Set(this.#dates.map(({ date }) => date))].sort((a, b) => a - b)
    return { list: this.#broken ? null : { first, end, dates }, diagnostics: this.#diagnostics }
  }

  #outside(first: CivilDate, end: CivilDate): void {
    const range = `START ${formatDate(first)} to STOP ${formatDate(end)}, which itself is outside`
    for (const { date, line, column } of this.#dates) {
      if (date >= first && date < end) continue
      if (this.#diagnostics.length > CALENDAR_LIMITS.diagnostics) return
      this.#say('CALENDAR_DATE_OUTSIDE', line, column, `${formatDate(date)} is not within ${range}`)
    }
  }

  #bound(name: string, text: string, line: number, column: number): void {
    const date = parseDate(text)
    if (this.#told.has(name)) this.#say('CALENDAR_BOUNDS', line, 1, `${name} is told twice`)
    else if (date.ok) this.#bounds.set(name, date.value)
    else this.#say('CALENDAR_BOUNDS', line, column, `${name}: ${short(date.message)}`)
    this.#told.add(name)
  }

  #date(word: string, line: number, column: number): void {
    const date = parseDate(word)
    if (!date.ok) {
      const hint = /^(start|stop|end|begin|min|max)$/i.test(word) ? 'the bounds are called START and STOP' : null
      this.#say('CALENDAR_DATE', line, column, short(date.message), hint)
      return
    }
    const before = this.#dates.at(-1)
    if (before !== undefined && date.value <= before.date) {
      const message =
        date.value === before.date
          ? `${word} is told twice`
          : `${word} is before the date above it, ${formatDate(before.date)}`
      this.#say('CALENDAR_DATE_ORDER', line, column, message, 'dates belong in order, each once', 'warning')
    }
    this.#dates.push({ date: date.value, line, column })
  }

  #say(
    code: DiagnosticCode,
    line: number,
    column: number,
    message: string,
    hint: string | null = null,
    severity: Severity = 'error',
  ): void {
    if (severity === 'error') this.#broken = true
    this.#diagnostics.push({ code, severity, file: this.#file.path, line, column, key: '', message, hint })
  }
}

// Line by line, so that a large text is not copied whole.
function* lines(text: string): Generator<string> {
  let start = 0
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    yield text.slice(start, match.index)
    start = match.index + match[0].length
  }
  yield text.slice(start)
}

function short(message: string): string {
  return message.length > 120 ? `${message.slice(0, 119)}…` : message
}
