export { type Duration, type Instant, toMicrosecond } from './instant.ts'
export type { Parsed } from './parsed.ts'
export { DAY, HOUR, MINUTE } from './unit.ts'
export { DURATION_UNITS, durationSeconds, formatDuration, parseDuration } from './duration.ts'
export { formatElapsed } from './elapsed.ts'
export {
  type CivilDate,
  civilDate,
  dateOf,
  daysInMonth,
  FIRST_DATE,
  formatDate,
  isLeapYear,
  LAST_DATE,
  parseDate,
  type Weekday,
  weekdayOf,
  type YearMonthDay,
  yearMonthDay,
} from './date.ts'
export { type Daytime, formatDaytime, parseDaytime } from './daytime.ts'
export { END_OF_TIME, FIRST_INSTANT, formatInstant, formatInstantMs, parseInstant, utc } from './instant-text.ts'
export { DEFAULT_DST, type DstPolicy, type LocalMeaning, type LocalTime } from './local.ts'
export { MONTH_NAMES, WEEKDAY_NAMES } from './names.ts'
export { Zone } from './zone.ts'
export { MAX_ZONES, parseZone } from './zones.ts'
