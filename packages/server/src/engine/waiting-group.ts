import type { Condition } from '@apsis/core/kind'
import { Line } from './line.ts'

/**
 * Runs that wait for one and the same condition. What it says of one it says of all, so the first in line is asked for all of them: first come, first
 * served, and a change costs one question beside those that start.
 */
export class WaitingGroup extends Line {
  readonly key: string
  /** That of the run which came first: made of the same spec as everyone's. */
  readonly condition: Condition

  constructor(key: string, condition: Condition) {
    super()
    this.key = key
    this.condition = condition
  }
}
