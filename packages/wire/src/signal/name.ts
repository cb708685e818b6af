import { SIGNAL_ALIASES, SIGRTMAX, SIGRTMIN, STANDARD_SIGNALS, type StandardSignal } from './table.ts'

// As shells name them: counted from the nearer end.
const HALF = SIGRTMIN + 15

/** The name of a signal, `SIGTERM` or `SIGRTMIN+3`, or null for a number that has none (32, 33, or out of 1 to 64). */
export function signalName(signum: number): string | null {
  const standard = STANDARD_SIGNALS[signum - 1]
  if (standard !== undefined) return standard
  if (!Number.isInteger(signum) || signum < SIGRTMIN || signum > SIGRTMAX) return null
  if (signum <= HALF) return signum === SIGRTMIN ? 'SIGRTMIN' : `SIGRTMIN+${signum - SIGRTMIN}`
  return signum === SIGRTMAX ? 'SIGRTMAX' : `SIGRTMAX-${SIGRTMAX - signum}`
}

/** The number of a standard signal. */
export function signalNumber(name: StandardSignal): number {
  return STANDARD_SIGNALS.indexOf(name) + 1
}

/** The signals of a mask as the kernel prints it (bit n - 1 is signal n), lowest first; one without a name as its number. */
export function signalsOfMask(mask: bigint): readonly string[] {
  const names: string[] = []
  for (let signum = 1; signum <= SIGRTMAX; signum++) {
    if ((mask >> BigInt(signum - 1)) & 1n) names.push(signalName(signum) ?? String(signum))
  }
  return names
}

/** The number of a signal whose full name this is, in upper case, or null. */
export function numberOfName(name: string): number | null {
  const alias = SIGNAL_ALIASES.get(name)
  const index = STANDARD_SIGNALS.findIndex((standard) => standard === (alias ?? name))
  if (index >= 0) return index + 1
  const match = /^SIGRT(?:(MIN)(?:\+(\d{1,2}))?|(MAX)(?:-(\d{1,2}))?)$/.exec(name)
  if (match === null) return null
  const signum = match[1] === undefined ? SIGRTMAX - Number(match[4] ?? 0) : SIGRTMIN + Number(match[2] ?? 0)
  return signum >= SIGRTMIN && signum <= SIGRTMAX ? signum : null
}
