import { type CalendarSource, findCalendar } from '../calendar/index.ts'
import type { JsonObject } from '../json/index.ts'

/** What jobs are read and bound in, beside their own files. Made anew, and never changed, whenever jobs are loaded. */
export interface Environment {
  readonly calendars: CalendarSource
  /** Names that the config gives to templates, with their values. */
  readonly names: JsonObject
  /** Changes with whatever is not built in of the calendars and names; empty where all is built in. */
  readonly digest: string
}

/** The built-in calendars, and no names. */
export const PLAIN_ENVIRONMENT: Environment = { calendars: (name) => findCalendar(name), names: {}, digest: '' }
