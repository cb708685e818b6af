import { isatty } from 'node:tty'
import { LOG_LEVELS, type LogLevel } from './flags.ts'
import { printErr } from './stdio.ts'

export type Log = (level: LogLevel, text: string) => void

const COLORS = { trace: 35, debug: 34, info: 32, warn: 33, error: 31 } as const

/**
 * Writes lines of at least a level to stderr: time (UTC, ms), level, text (spec/procstar.md 1.5); coloured on a terminal. Lines of
 * no great importance wait a moment for each other, at most until the process ends: one of each proc is not to cost a system call.
 */
export function logger(least: LogLevel, environment: Readonly<Record<string, string | undefined>>): Log {
  const from = LOG_LEVELS.indexOf(least)
  const colored = isatty(2) && (environment['NO_COLOR'] ?? '') === ''
  let lines = ''
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const text = lines
    lines = ''
    if (text !== '') printErr(text)
  }
  process.on('exit', flush)
  return (level, text) => {
    if (LOG_LEVELS.indexOf(level) < from) return
    const time = new Date().toISOString().replace('Z', '+00:00')
    const name = colored ? `\x1b[${COLORS[level]}m${level.toUpperCase()}\x1b[0m` : level.toUpperCase()
    timer ??= setTimeout(flush, GATHER).unref()
    // One line each, whatever a proc or a peer has put into it.
    lines += `${time} - ${name} - ${text.replace(/[\x00-\x1f\x7f]+/g, ' ')}\n`
    if (level === 'warn' || level === 'error' || lines.length > MOST) flush()
  }
}

/** For how long lines wait for others, ms. */
const GATHER = 20
/** Characters that may wait. */
const MOST = 64 * 1024
