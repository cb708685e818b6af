import { type CalendarFile, calendarSet } from '@apsis/core/calendar'
import type { Diagnostic } from '@apsis/core/document'
import { canonicalJson, type JsonObject } from '@apsis/core/json'
import type { Environment } from '@apsis/core/template'
import { type CalendarFiles, readCalendarFiles } from './calendars.ts'
import { digest } from './digest.ts'

/** Where jobs come from, and what they are read in. Paths are absolute. */
export interface JobSources {
  readonly jobs: string
  /** Folders with calendar files, beside those below the job folder, which count first; then in this order. */
  readonly calendars: readonly string[]
  /** Names that the config gives to templates. */
  readonly names: JsonObject
}

/** The environment of a load, the calendar files that are in it, and what there is to say about such files. */
export interface LoadedEnvironment {
  readonly environment: Environment
  readonly files: readonly CalendarFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Makes the environment that jobs are read in. Never rejects for what is on the disk. */
export async function loadEnvironment({ jobs, calendars, names }: JobSources): Promise<LoadedEnvironment> {
  return environmentOf(await readCalendarFiles([jobs, ...calendars]), names)
}

/** The environment of calendar files that were read already, from wherever. */
export function environmentOf(read: CalendarFiles, names: JsonObject): LoadedEnvironment {
  const set = calendarSet(read.files)
  const told = { calendars: read.files.map(({ name, text }) => [name, text]), names }
  const plain = read.files.length === 0 && Object.keys(names).length === 0
  return {
    environment: { calendars: set.calendars, names, digest: plain ? '' : digest(canonicalJson(told)) },
    files: read.files,
    diagnostics: [...read.diagnostics, ...set.diagnostics],
  }
}

/** The folders with calendar files: those of the config, else the one that `ORA_CALENDARS` names, as in the existing system. */
export function calendarFolders(configured: readonly string[], variable: string | undefined): readonly string[] {
  return variable === undefined || variable === '' ? configured : [...configured, variable]
}
