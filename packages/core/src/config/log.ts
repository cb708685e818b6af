import { z } from 'zod'
import { describeJson, suggestion } from '../document/index.ts'
import { refuse } from '../field/index.ts'
import type { Json } from '../json/index.ts'

/** How bad a line of the log is, from the least on. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Lines for people, or one JSON object a line. */
export const LOG_FORMATS = ['human', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** What is logged, and where to besides stderr. Null: not said. */
export interface LogConfig {
  /** Lines of this level and above. */
  readonly level: LogLevel | null
  /** Of the lines to stderr. */
  readonly format: LogFormat | null
  /** A file that gets every line too. Relative to the folder of the config file. */
  readonly file: string | null
  /** Of the lines in the file; null: as those to stderr. */
  readonly fileFormat: LogFormat | null
}

/** A level by its name, in any case; null where there is none. */
export function parseLogLevel(text: string): LogLevel | null {
  return LOG_LEVELS.find((level) => level === text.toLowerCase()) ?? null
}

/** A format by its name, in any case; null where there is none. */
export function parseLogFormat(text: string): LogFormat | null {
  return LOG_FORMATS.find((format) => format === text.toLowerCase()) ?? null
}

const levelField = oneOf(LOG_LEVELS, parseLogLevel)
const formatField = oneOf(LOG_FORMATS, parseLogFormat)

/** `log: {level, format, file, file_format}`. */
export const logField: z.ZodType<LogConfig, unknown> = z
  .strictObject({
    level: levelField,
    format: formatField,
    file: z.string().min(1, 'expected the path of a file').nullable().default(null),
    file_format: formatField,
  })
  .nullish()
  .transform((given) => ({
    level: given?.level ?? null,
    format: given?.format ?? null,
    file: given?.file ?? null,
    fileFormat: given?.file_format ?? null,
  }))

function oneOf<T extends string>(names: readonly T[], parse: (text: string) => T | null) {
  return z
    .custom<Json>()
    .optional()
    .transform((value, ctx): T | null => {
      if (value === undefined || value === null) return null
      const found = typeof value === 'string' ? parse(value) : null
      if (found !== null) return found
      const hint = typeof value === 'string' ? suggestion(value.toLowerCase(), names) : null
      return refuse(ctx, `expected one of ${names.join(', ')}, not ${describeJson(value)}`, hint ?? undefined)
    })
}
