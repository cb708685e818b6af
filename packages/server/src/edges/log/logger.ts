import { type DestinationStream, pino } from 'pino'
import type { Log } from '../../engine/ports.ts'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** Logs for people (`2026-11-21T01:02:03.456Z I message key=value`) or, with `json`, one object a line. To stderr unless told. */
export function logger(level: LogLevel, json: boolean, out: DestinationStream = process.stderr): Log {
  const pinoLevel = level === 'warning' ? 'warn' : level
  const sink = json ? out : { write: (line: string) => out.write(readable(line)) }
  const log = pino({ level: pinoLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink)
  return {
    info: (message, data) => log.info(data ?? {}, message),
    warn: (message, data) => log.warn(data ?? {}, message),
    error: (message, data) => log.error(data ?? {}, message),
  }
}

const LETTERS: Readonly<Record<number, string>> = { 10: 'T', 20: 'D', 30: 'I', 40: 'W', 50: 'E', 60: 'F' }

function readable(line: string): string {
  const entry: unknown = JSON.parse(line)
  if (typeof entry !== 'object' || entry === null) return line
  const { level, time, msg, ...rest } = { level: 0, time: '', msg: '', ...entry }
  const data = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${time} ${LETTERS[level] ?? '?'} ${msg}${data.join('')}\n`
}
