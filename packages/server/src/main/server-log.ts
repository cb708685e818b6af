import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import type { LogConfig, LogFormat, LogLevel } from '@apsis/core/config'
import { type Logger, type LogOutput, openLogger } from '../edges/log/index.ts'

/** What the command line says of the log. Null: not said, so that the config counts. */
export interface LogFlags {
  readonly level: LogLevel | null
  /** Of the lines to stderr; those to the file are as these, unless the config says otherwise. */
  readonly format: LogFormat | null
  /** Relative to the working directory. */
  readonly file: string | null
}

const STDERR = 2

/** Opens the log of a server, to stderr and to a file where one is named. `folder`: that of the config file. */
export async function openServerLog(
  flags: LogFlags,
  config: LogConfig,
  folder: string,
): Promise<{ readonly ok: true; readonly log: Logger } | { readonly ok: false; readonly message: string }> {
  const format = flags.format ?? config.format ?? 'human'
  const file = flags.file !== null ? resolve(flags.file) : config.file !== null ? resolve(folder, config.file) : null
  const terminal = isatty(STDERR)
  const outputs: LogOutput[] = [
    {
      to: STDERR,
      format,
      style: {
        color: terminal && (process.env['NO_COLOR'] ?? '') === '',
        columns: () => (terminal ? process.stderr.columns : null),
      },
    },
  ]
  if (file !== null) outputs.push({ to: file, format: config.fileFormat ?? format })
  try {
    return { ok: true, log: await openLogger({ level: flags.level ?? config.level ?? 'info', outputs }) }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `cannot open the log file ${file ?? 'stderr'}: ${text}; its folder has to be there` }
  }
}

/** Opens the log's file anew at SIGHUP, and writes what waits when the process ends. The result ends both. */
export function tendLog(log: Logger, hasFile: boolean): () => void {
  const reopen = (): void => {
    log.reopen()
    log.info('the log file is opened anew', { name: 'log', event: 'log.reopened' })
  }
  const flush = (): void => log.flushNow()
  // Without a file the signal keeps its meaning: the terminal is gone.
  if (hasFile) process.on('SIGHUP', reopen)
  process.on('exit', flush)
  return () => {
    process.off('SIGHUP', reopen)
    process.off('exit', flush)
  }
}
