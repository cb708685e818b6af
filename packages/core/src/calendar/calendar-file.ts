/** A `.cal` file, read. */
export interface CalendarFile {
  /** What the calendar is called: the name of the file without folders and without `.cal`. */
  readonly name: string
  /** Where the file is, for diagnostics. */
  readonly path: string
  readonly text: string
}

/** Limits of calendar files: what is beyond them is refused with CALENDAR_TOO_LARGE. */
export const CALENDAR_LIMITS = {
  /** Of one file of dates, in UTF-16 units: room for every date there is, with a remark. A composite is bounded as all YAML is. */
  characters: 16_777_216,
  /** Told of one file; after so many the rest of it is not looked at. */
  diagnostics: 100,
  /** Of one set; files after them are left out. */
  files: 1_000,
  /** Calendars named and operators used in one composite file. */
  parts: 200,
  /** How deep composite files may name each other, and operators be nested. */
  depth: 50,
  /** Physical days of `shift`, either way. */
  shiftDays: 3_660,
  /** Dates of `shift`, either way. */
  shiftDates: 366,
} as const
