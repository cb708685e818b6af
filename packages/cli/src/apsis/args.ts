import { FINISHED, type FinishedState } from '@apsis/core/run'
import { InvalidArgumentError } from 'commander'
import { UsageError } from '../command/index.ts'

/** Reads `NAME=VALUE` arguments. */
export function parseArgs(texts: readonly string[]): Record<string, string> {
  const args: Record<string, string> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at <= 0) throw new UsageError(`not an arg: ${text}; expected NAME=VALUE`)
    const name = text.slice(0, at)
    if (Object.hasOwn(args, name)) throw new UsageError(`arg given twice: ${name}`)
    args[name] = text.slice(at + 1)
  }
  return args
}

/** Reads a finished state, or the beginning of one. */
export function parseFinished(text: string): FinishedState {
  const matches = FINISHED.filter((state) => text !== '' && state.startsWith(text.toLowerCase()))
  const [state] = matches
  if (state !== undefined && matches.length === 1) return state
  throw new UsageError(`not a state to mark: ${text}; expected one of ${FINISHED.join(', ')}`)
}

/** Reads a count, 0 to 1,000. */
export function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= 1000) return Number(text)
  throw new InvalidArgumentError('expected a whole number from 0 to 1000')
}
