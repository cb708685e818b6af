import type { LogFormat, LogLevel } from '@apsis/core/config'
import { pino } from 'pino'
import type { Log } from '../../engine/ports.ts'
import { type HumanStyle, humanLine, PLAIN } from './human.ts'
import { LineSink } from './line-sink.ts'

/** The log of a server. */
export interface Logger extends Log {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void
  /** Opens the file anew, by its name: after it was renamed. */
  reopen(): void
  /** Writes what waits, for up to 2 s. */
  close(): Promise<void>
  /** Writes what waits at once: for the end of the process. */
  flushNow(): void
}

export interface LoggerOptions {
  readonly level: LogLevel
  /** One or several; each gets every line. */
  readonly outputs: readonly LogOutput[]
}

export interface LogOutput {
  /** The path of a file that is appended to; or a descriptor. */
  readonly to: string | number
  readonly format: LogFormat
  /** Of the format `human`; by default as in a file. */
  readonly style?: HumanStyle
}

const LEVELS: Readonly<Record<LogLevel, string>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
}
const NAMES: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
  fatal: 'critical',
}

/** Makes a log of one or several outputs. Rejects where a file cannot be opened. */
export async function openLogger({ level, outputs }: LoggerOptions): Promise<Logger> {
  const sinks: { readonly sink: LineSink; readonly write: (json: string) => void }[] = []
  const log = pino(
    {
      level: LEVELS[level],
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: NAMES[label] ?? label }) },
    },
    { write: (json: string) => sinks.forEach(({ write }) => write(json)) },
  )
  try {
    for (const output of outputs) sinks.push(await open(output, log))
  } catch (error) {
    await Promise.all(sinks.map(({ sink }) => sink.close()))
    throw error
  }
  return {
    debug: (message, data) => log.debug(data ?? {}, message),
    info: (message, data) => log.info(data ?? {}, message),
    warn: (message, data) => log.warn(data ?? {}, message),
    error: (message, data) => log.error(data ?? {}, message),
    reopen: () => sinks.forEach(({ sink }) => sink.reopen()),
    close: async () => void (await Promise.all(sinks.map(({ sink }) => sink.close()))),
    flushNow: () => sinks.forEach(({ sink }) => sink.flushNow()),
  }
}

async function open({ to, format, style = PLAIN }: LogOutput, log: Pick<pino.Logger, 'info' | 'error'>) {
  const form = (json: string): string => (format === 'json' ? json : humanOf(json, style))
  const file = typeof to === 'number' ? 'stderr' : to
  const sink = await LineSink.open({
    to,
    dropped: (lines) =>
      form(
        `${JSON.stringify({
          level: 'warning',
          time: new Date().toISOString(),
          name: 'log',
          event: 'log.dropped',
          lines,
          msg: 'lines were dropped here: they could not be written in time',
        })}\n`,
      ),
    trouble: (error) => {
      if (error === null) log.info({ name: 'log', event: 'log.recovered', file }, 'the log is written again')
      else log.error({ name: 'log', event: 'log.failing', file, error: error.message }, 'the log cannot be written')
    },
  })
  return { sink, write: (json: string) => sink.write(form(json)) }
}

function humanOf(json: string, style: HumanStyle): string {
  const entry: unknown = JSON.parse(json)
  return typeof entry === 'object' && entry !== null ? humanLine({ ...entry }, style) : json
}

/** The same log, for a part of the server by its name. */
export function named(log: Log, name: string): Log {
  return {
    debug: (message, data) => log.debug?.(message, { name, ...data }),
    info: (message, data) => log.info(message, { name, ...data }),
    warn: (message, data) => log.warn(message, { name, ...data }),
    error: (message, data) => log.error(message, { name, ...data }),
  }
}
