import type { Now } from '../../machine/index.ts'

/** The host's clocks. */
export function readClocks(): Now {
  return { wall: Temporal.Now.instant().epochNanoseconds, mono: process.hrtime.bigint() }
}
