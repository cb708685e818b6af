import { fail } from './fault.ts'

/** Characters of a template. */
export const MAX_TEMPLATE = 65_536
/** Characters of an expansion, and of any text made on the way. */
export const MAX_OUTPUT = 1_048_576
/** Steps of an expansion: nodes evaluated, items made, and texts made by the 64 characters. About 10 ms. */
export const MAX_STEPS = 100_000
/** Nodes that are evaluated inside each other, calls of macros included. */
export const MAX_DEPTH = 500
/** Bits of a whole number. */
export const MAX_BITS = 4_096

/** What one expansion may still use. */
export class Budget {
  #steps = MAX_STEPS
  #depth = 0

  /** Pays for `count` steps. */
  spend(count: number): void {
    this.#steps -= count
    if (this.#steps < 0) fail(`the template takes more than ${MAX_STEPS} steps`)
  }

  /** Pays for a text of `length` characters, before it is made. */
  spendText(length: number): void {
    if (length > MAX_OUTPUT) fail(`the template makes a text of more than ${MAX_OUTPUT} characters`)
    this.spend(1 + Math.floor(length / 64))
  }

  enter(): void {
    this.spend(1)
    if (++this.#depth > MAX_DEPTH) fail('the template is nested too deeply')
  }

  leave(): void {
    this.#depth--
  }
}
