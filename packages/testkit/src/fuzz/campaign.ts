/** How long to fuzz, and from what. */
export interface Campaign {
  readonly seed: number
  /** Whether so many inputs are enough. */
  readonly enough: (inputs: number) => boolean
}

/** What was done; `outcomes` says how often each came of it. */
export interface FuzzReport {
  readonly inputs: number
  readonly outcomes: ReadonlyMap<string, number>
}

/** Counts inputs and what came of them. */
export class Tally {
  inputs = 0
  readonly outcomes: Map<string, number> = new Map<string, number>()

  add(outcome: string, inputs = 1): void {
    this.inputs += inputs
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + inputs)
  }
}

/** A wait that must come to an end: rejects with `what` when it takes more than `within` ms. */
export async function soon<T>(waited: Promise<T>, what: string, within = 10_000): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what}: not within ${within} ms`)), within)
  try {
    return await Promise.race([waited, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
