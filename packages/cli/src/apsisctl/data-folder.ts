import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Context, ExitCode, Outcome } from '../command/index.ts'
import { printable } from '../terminal/index.ts'

/** The option that says which data folder. */
export interface DataOption {
  readonly data?: string
}

/** The folder where nothing says another, as of `serve`. */
const DEFAULT = 'apsis-data'

export function withData(command: Command): Command {
  return command.option('--data <dir>', `the data folder of the server; default ${DEFAULT}`)
}

/** The data folder that is meant: that of the option, or else what a config file says (`data`, null where it says nothing), as `serve` takes them. */
export function dataFolder(
  { data }: DataOption,
  config: { readonly path: string; readonly data: string | null } | null = null,
): string {
  if (data !== undefined) return data
  return config === null ? DEFAULT : resolve(dirname(config.path), config.data ?? DEFAULT)
}

/** Runs the body of a command on a data folder, and turns what the store refuses into `Error: text` and exit code 1. */
export async function onFolder(context: Context, outcome: Outcome, body: () => Promise<ExitCode>): Promise<void> {
  const { StoreError } = await import('@apsis/server/data-folder')
  try {
    outcome.code = await body()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    context.terminal.err(printable(`Error: ${error.message}`).concat(` [${error.code}]\n`))
    outcome.code = 1
  }
}

/** Says how far something is on stderr, where that is a terminal; else nothing. */
export function progressTo({ terminal }: Context): (text: string) => void {
  if (terminal.columns === null) return () => {}
  let last = ''
  return (text) => {
    if (text === last) return
    last = text
    terminal.err(`${text}\n`)
  }
}

/** Bytes as a person reads them. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`
}
