import { formatInstant, type Instant } from '@apsis/core/time'

/** The store takes nothing for now: what was asked for is not done, or waits, as the message says. */
export class StoreBusy extends Error {
  readonly code = 'BUSY'

  /** `since`: when it took something last; `but`: what becomes of what was asked for. */
  constructor(since: Instant, but: string) {
    super(`${takesNothing(since)}; ${but}`)
    this.name = 'StoreBusy'
  }
}

/** Says that nothing is durable. */
export function takesNothing(since: Instant): string {
  return `the store has taken nothing since ${formatInstant(since)}: the server's log says why`
}
