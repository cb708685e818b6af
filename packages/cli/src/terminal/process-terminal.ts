import type { Terminal } from './terminal.ts'

/** The terminal of this process. Colours only on a terminal, and not where `NO_COLOR` is set. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  // Undefined where TZ is no zone: it is then named as it was given, where a time has to be shown.
  const { timeZone }: { readonly timeZone?: string } = Intl.DateTimeFormat().resolvedOptions()
  // Whoever reads may stop early (`apsis runs | head`): that is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  return {
    out: (text) => void stdout.write(text),
    bytes: (data) => new Promise((resolve) => stdout.write(data, () => resolve())),
    err: (text) => void stderr.write(text),
    columns: stdout.isTTY ? stdout.columns : null,
    color: stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
    zone: timeZone ?? process.env['TZ'] ?? 'UTC',
    now: () => Date.now(),
  }
}
