import type { Command } from 'commander'

/** What the option `--reason` gives. */
export interface ReasonOptions {
  readonly reason?: string
}

/** Gives a command the option `--reason`. */
export function withReason(command: Command): Command {
  return command.option('-r, --reason <text>', 'why, for the log of the run; at most 1,000 characters')
}
