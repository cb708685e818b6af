import { basename, join } from 'node:path'
import type { CalendarFile } from '@apsis/core/calendar'
import type { Diagnostic } from '@apsis/core/document'
import { type FoundFile, readFiles } from './read-files.ts'

/** How paths of calendar files end. */
export const CALENDAR_SUFFIX = '.cal'
/** Room for a date on every day of 9,999 years, with a remark. */
export const CALENDAR_BYTES = 16_777_216

/** Calendar files, each name once, and what is wrong with those that could not be read. */
export interface CalendarFiles {
  readonly files: readonly CalendarFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Calendar files that were found below a folder already; other files among them do not count. */
export interface FoundCalendars {
  readonly folder: string
  readonly found: readonly FoundFile[]
}

/**
 * The calendar files (`NAME.cal`) below folders, recursively, in the order of their names. `first`: of a folder that counts before them. Of one name, the first folder's counts, and in a folder the first path's, with
 * a warning. What cannot be read, a folder or a file, is a warning: a job that needs it says so itself. Never rejects for what is on the disk.
 */
export async function readCalendarFiles(
  folders: readonly string[],
  first: FoundCalendars | null = null,
): Promise<CalendarFiles> {
  const files = new Map<string, CalendarFile>()
  const diagnostics: Diagnostic[] = []
  for (const folder of new Set([...(first === null ? [] : [first.folder]), ...folders])) {
    const own = new Set<string>()
    for (const found of folder === first?.folder ? sorted(first.found) : await filesOf(folder, diagnostics)) {
      const path = join(folder, found.path)
      const name = basename(found.path).slice(0, -CALENDAR_SUFFIX.length)
      if (name === '') continue
      const before = files.get(name)
      if (!found.ok) diagnostics.push(warning(path, found.why))
      else if (before === undefined) files.set(name, { name, path, text: found.text })
      else if (own.has(name)) diagnostics.push(warning(path, `calendar ${name} is what ${before.path} says`))
      own.add(name)
    }
  }
  return { files: [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), diagnostics }
}

async function filesOf(folder: string, diagnostics: Diagnostic[]): Promise<readonly FoundFile[]> {
  try {
    return sorted(await readFiles({ folder, maxBytes: { [CALENDAR_SUFFIX]: CALENDAR_BYTES } }))
  } catch (error) {
    diagnostics.push(
      warning(folder, `this folder cannot be read: ${error instanceof Error ? error.message : String(error)}`),
    )
    return []
  }
}

function sorted(found: readonly FoundFile[]): readonly FoundFile[] {
  return found.filter(({ path }) => path.endsWith(CALENDAR_SUFFIX)).sort((a, b) => (a.path < b.path ? -1 : 1))
}

function warning(file: string, message: string): Diagnostic {
  const hint = 'remove it, or rename it'
  return { code: 'CALENDAR_UNREADABLE', severity: 'warning', file, line: null, column: null, key: '', message, hint }
}
