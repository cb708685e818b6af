/** How bad: an `error` keeps the document from being used; a `warning` is likely a mistake; a `notice` is good to know. */
export type Severity = 'error' | 'warning' | 'notice'

/** What can be wrong with a job or a config file. The codes are stable; the texts may change. */
export const DIAGNOSTIC_CODES = {
  JOB_UNREADABLE: 'the file cannot be read, or is none',
  JOB_YAML_SYNTAX: 'the file is not YAML',
  JOB_TOO_LARGE: 'the file is larger, or has more in it, than a job may have',
  JOB_EMPTY: 'the file has nothing in it',
  JOB_NOT_A_MAPPING: 'a job is a mapping, and this is something else',
  JOB_KEY_UNKNOWN: 'a key that means nothing here',
  JOB_KEY_MISSING: 'a key that is required here is not there',
  JOB_KEY_INACTIVE: 'a key that has no effect: nothing acts on it yet, or not in such a job',
  JOB_TYPE_MISSING: 'a schedule, condition, program or action without its type',
  JOB_TYPE_UNKNOWN: 'a type that is not one of the known ones',
  JOB_VALUE: 'a value that is not allowed here',
  JOB_VALUE_ODD: 'a value that is allowed, but hardly means what was meant',
  JOB_ID: 'the job ID is not a usable one, or not the one that the file has',
  JOB_TEMPLATE: 'a template that cannot be understood',
  JOB_REFERENCE: 'a job that does not exist is named',
  JOB_ARGS: 'args that are not those that the named job takes',
  JOB_TRIAL: 'the next run of a schedule could not be made',
  JOB_REMARK: 'something about a schedule that is good to know',
  JOB_ARGS_UNUSED: 'an arg that no param takes',
  JOB_TEMPLATE_NAME: 'a template uses a name, a filter or a test that does not exist',
  JOB_CYCLE: 'runs wait for each other, and none can start',
  JOB_ACTION_CYCLE: 'jobs schedule each other for ever',
  JOB_NEVER_STARTS: 'a condition that never holds',
  JOB_UNSCHEDULED: 'a run that is due waits for one that nothing makes',
  JOB_WAIT: 'a run waits longer for its dependencies than it may',
  JOB_SCHEDULE_OVER: 'a schedule that is never due again',
  JOB_CALENDAR_END: 'the calendar of a schedule ends within a year',
  JOB_DISABLED: 'all schedules of a job are disabled',
  JOB_UNREACHABLE: 'nothing starts the job but people',
  JOB_ID_CASE: 'two job IDs that differ by upper and lower case only',
  JOB_FILE_NAME: 'a file that would be a job, were its name to end in `.yaml`',
  JOB_FOLDER_EMPTY: 'the job folder has no job in it',
  JOB_LIMIT: 'there is more than is looked at, or told',
  CALENDAR_UNREADABLE: 'a calendar file, or a folder of them, cannot be read, or another has its name',
  CALENDAR_NAME: 'a calendar file whose name means another calendar, or is that of an earlier file',
  CALENDAR_BOUNDS: 'the bounds of a calendar file are missing, are told twice, or are none',
  CALENDAR_DATE: 'a line of a calendar file does not begin with a date',
  CALENDAR_DATE_OUTSIDE: 'a date outside the bounds of its calendar file',
  CALENDAR_DATE_ORDER: 'a date of a calendar file that is not after the one before it',
  CALENDAR_TOO_LARGE: 'a calendar file larger, or with more in it, than one may have',
  CALENDAR_YAML_SYNTAX: 'a composite calendar file is not YAML',
  CALENDAR_NOT_A_MAPPING: 'a composite calendar is a mapping, and this is something else',
  CALENDAR_KEY_UNKNOWN: 'a key that means nothing in a composite calendar',
  CALENDAR_VALUE: 'a value that is not allowed in a composite calendar',
  CALENDAR_UNKNOWN: 'a composite calendar names a calendar that does not exist',
  CALENDAR_CYCLE: 'a composite calendar is made from itself',
  CALENDAR_LIMIT: 'there is more wrong with a composite calendar than is told',
  CONFIG_YAML_SYNTAX: 'the config file is not YAML',
  CONFIG_TOO_LARGE: 'the config file is larger, or has more in it, than a config file may have',
  CONFIG_NOT_A_MAPPING: 'the config file is a mapping, and this is something else',
  CONFIG_KEY_UNKNOWN: 'a config key that does not exist',
  CONFIG_KEY_MISSING: 'a config key that is required beside another is not there',
  CONFIG_KEY_UNUSED: 'a config key of the existing system that has no meaning here',
  CONFIG_VALUE: 'a config value that is not allowed',
  CONFIG_LIMIT: 'there is more wrong with the config file than is told',
} as const

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES

/** One thing to say about a document: what, where, and what to do about it. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** As it was given to the parser; null for a document that is in no file. */
  readonly file: string | null
  /** From 1; null for a document that has no text (one that came as JSON). */
  readonly line: number | null
  /** From 1, in UTF-16 units. */
  readonly column: number | null
  /** The place inside the document, as `schedule[0].interval`; empty for the whole. */
  readonly key: string
  readonly message: string
  readonly hint: string | null
}

/** Keys and indexes from the top of a document. */
export type KeyPath = readonly (string | number)[]

/** A diagnostic whose place is a path into the document; `diagnose` gives it line and column. */
export interface Problem {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly path: KeyPath
  /** Whether the key itself is the trouble, or the value. */
  readonly at: 'key' | 'value'
  readonly message: string
  readonly hint: string | null
  /** Where in the text that the value is, if it is one; from 1. */
  readonly within?: { readonly line: number; readonly column: number }
}

/** The text that a document was read from. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** Whether any of these keeps the document from being used. */
export function hasErrors(found: readonly { readonly severity: Severity }[]): boolean {
  return found.some((one) => one.severity === 'error')
}

/** One line for people and logs: `file:line:column: severity CODE: message (hint)`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { code, severity, file, line, column, key, message, hint } = diagnostic
  const place = [file, line, column].filter((part) => part !== null).join(':')
  const where = line === null && key !== '' ? `${key}: ` : ''
  return `${place === '' ? '' : `${place}: `}${severity} ${code}: ${where}${message}${hint === null ? '' : ` (${hint})`}`
}
