import type { State } from '@apsis/core/run'

/** The symbol of each state (spec/apsis.md 9.1). */
export const STATE_SYMBOLS: Readonly<Record<State, string>> = {
  new: '.',
  scheduled: 'O',
  waiting: '|',
  starting: '›',
  running: '»',
  stopping: '≯',
  success: '+',
  failure: 'X',
  error: '!',
  skipped: '-',
}

// SGR codes of the terminal's own colours, which follow its theme.
const COLORS: Readonly<Record<State, number>> = {
  new: 90,
  scheduled: 36,
  waiting: 36,
  starting: 33,
  running: 33,
  stopping: 33,
  success: 32,
  failure: 31,
  error: 35,
  skipped: 90,
}

/** Colours a text as the state; as it is where there are no colours. */
export function paintState(state: State, color: boolean): (text: string) => string {
  return (text) => (color ? `\u001b[${COLORS[state]}m${text}\u001b[0m` : text)
}

/** A text in bold; as it is where there are no colours. */
export function bold(text: string, color: boolean): string {
  return color ? `\u001b[1m${text}\u001b[0m` : text
}
