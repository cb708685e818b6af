import { basename, join } from 'node:path'
import type { CalendarFile } from '@apsis/core/calendar'
import type { Diagnostic } from '@apsis/core/document'
import { type FoundFile, readFiles } from './read-files.ts'

const SUFFIX = '.cal'
/** Room for a date on every day of 9,999 years, with a remark. */
const MAX_BYTES = 16_777_216

/** Calendar files, each name once, and what is wrong with those that could not be read. */
export interface CalendarFiles {
  readonly files: readonly CalendarFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The calendar files (`NAME.cal`) below folders, recursively, in the order of their names. Of one name, the first folder's counts, and in a folder the first path's, with
 * a warning. What cannot be read, a folder or a file, is a warning: a job that needs it says so itself. Never rejects for what is on the disk.
 */
export async function readCalendarFiles(folders: readonly string[]): Promise<CalendarFiles> {
  const files = new Map<string, CalendarFile>()
  const diagnostics: Diagnostic[] = []
  for (const folder of new Set(folders)) {
    const own = new Set<string>()
    for (const found of await filesOf(folder, diagnostics)) {
      const path = join(folder, found.path)
      const name = basename(found.path).slice(0, -SUFFIX.length)
      if (name === '') continue
      const first = files.get(name)
      if (!found.ok) diagnostics.push(warning(path, found.why))
      else if (first === undefined) files.set(name, { name, path, text: found.text })
      else if (own.has(name)) diagnostics.push(warning(path, `calendar ${name} is what ${first.path} says`))
      own.add(name)
    }
  }
  return { files: [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), diagnostics }
}

async function filesOf(folder: string, diagnostics: Diagnostic[]): Promise<readonly FoundFile[]> {
  try {
    const found = await readFiles({ folder, suffix: SUFFIX, maxBytes: MAX_BYTES })
    return [...found].sort((a, b) => (a.path < b.path ? -1 : 1))
  } catch (error) {
    diagnostics.push(
      warning(folder, `this folder cannot be read: ${error instanceof Error ? error.message : String(error)}`),
    )
    return []
  }
}

function warning(file: string, message: string): Diagnostic {
  const hint = 'remove it, or rename it'
  return { code: 'CALENDAR_UNREADABLE', severity: 'warning', file, line: null, column: null, key: '', message, hint }
}
