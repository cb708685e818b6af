import { builtInCalendar, type Calendar, calendarSet, COMPUTED_CALENDARS } from '@apsis/core/calendar'
import type { Diagnostic } from '@apsis/core/document'
import { formatDate } from '@apsis/core/time'
import { readCalendarFiles } from '@apsis/server/job-folder'
import { fitText, printable, textWidth } from '../terminal/index.ts'
import { sourcesOf } from './check.ts'

/** A calendar, and the file that it is from; null for a built-in one. */
export interface Listed {
  readonly calendar: Calendar
  readonly file: string | null
}

/** The calendars that jobs can name, and what is wrong with files of them. */
export interface Calendars {
  readonly find: ReturnType<typeof calendarSet>['calendars']
  readonly listed: readonly Listed[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads calendar files: those below `folder`, those that the config file names, those of `ORA_CALENDARS`. Rejects with what to tell the user. */
export async function readCalendars(folder: string | undefined, config: string | undefined): Promise<Calendars> {
  const sources = await sourcesOf(folder ?? '.', config ?? null)
  const read = await readCalendarFiles([...(folder === undefined ? [] : [sources.jobs]), ...sources.calendars])
  const set = calendarSet(read.files)
  const files = new Map(read.files.map(({ name, path }) => [name, path]))
  const names = [...new Set([...COMPUTED_CALENDARS, ...set.names])].sort()
  const listed = ['all', 'none', 'Mon-Fri', ...names].flatMap((name) => {
    const found = set.calendars(name)
    const file = builtInCalendar(name) === null ? (files.get(name) ?? null) : null
    return found.ok ? [{ calendar: found.value, file }] : []
  })
  return { find: set.calendars, listed, diagnostics: [...read.diagnostics, ...set.diagnostics] }
}

/** One line a calendar: its name and where it is from. */
export function listText(listed: readonly Listed[], columns: number | null): string {
  const width = Math.max(...listed.map(({ calendar }) => textWidth(printable(calendar.name))))
  const lines = listed.map(({ calendar, file }) => {
    const name = printable(calendar.name)
    const line = `${name}${' '.repeat(width - textWidth(name))}  ${about(calendar, file)}`
    return columns === null ? line : fitText(line, columns)
  })
  return `${lines.join('\n')}\n`
}

function about({ name, label, first, end }: Calendar, file: string | null): string {
  if (name === 'Mon-Fri') return 'built in, as other weekdays are: Mon, Sat,Sun, Fri-Mon'
  const range =
    file === null && !COMPUTED_CALENDARS.includes(name)
      ? ''
      : `${formatDate(first)} to ${end > first ? formatDate(end - 1) : 'never'}, `
  const title = label === name ? '' : `${printable(label)}; `
  return file === null ? `${title}${range}built in` : `${title}${range}${printable(file)}`
}

/** The same for programs. */
export function listJson(listed: readonly Listed[]): readonly object[] {
  return listed.map(({ calendar: { name, label, first, end }, file }) => {
    return { name, label, file, first: formatDate(first), last: end > first ? formatDate(end - 1) : null }
  })
}
