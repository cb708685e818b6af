import { type Checked, describe } from '../parse/index.ts'
import { numberOfName } from './name.ts'
import { SIGRTMAX } from './table.ts'

/** The number of a signal given as `SIGTERM`, `TERM`, `SIGRTMIN+1`, in any case, or as a number from 1 to 64, also in decimal text. */
export function parseSignal(value: unknown): Checked<number> {
  const signum = typeof value === 'string' ? ofText(value) : value
  if (typeof signum === 'number' && Number.isInteger(signum) && signum >= 1 && signum <= SIGRTMAX)
    return { ok: true, value: signum }
  return {
    ok: false,
    error: `expected a signal, such as "SIGTERM", "TERM" or a number from 1 to ${SIGRTMAX}, got ${describe(value)}`,
  }
}

function ofText(text: string): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const name = text.toUpperCase()
  return numberOfName(name.startsWith('SIG') ? name : `SIG${name}`)
}
