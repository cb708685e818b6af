import { StoreError } from '../port/index.ts'
import type { Statements } from './statements.ts'

/** Runs looked at in one go: some milliseconds. */
const RUNS = 10_000

/** Which of the texts that runs are bound to are in use: a bit each, as there may be millions. */
export class UsedBounds {
  #bits = new Uint8Array(0)
  /** Whose notes these are. */
  #sweep: number | null = null
  #most = 0

  /** Notes for a sweep what some runs numbered above `after` are bound to; the last of them, or null at the end. From 0 on, it forgets other sweeps. */
  mark(read: Statements, sweep: number, after: number, most: number): number | null {
    if (after === 0) {
      this.#sweep = sweep
      this.#bits = new Uint8Array((most >> 3) + 1)
      this.#most = most
    }
    this.#check(sweep)
    const rows = read.rows('SELECT num, bound FROM runs WHERE num > ? ORDER BY num LIMIT ?', after, RUNS)
    for (const [, bound] of rows) {
      if (typeof bound === 'number' && bound <= most) this.#bits[bound >> 3] = this.#byte(bound) | (1 << (bound & 7))
    }
    return rows.length < RUNS ? null : Number(rows.at(-1)?.[0])
  }

  /** Numbers above `after` that are stored and that this sweep has not noted, at most `limit`; none once there are no more. */
  unmarked(read: Statements, sweep: number, after: number, limit: number): readonly number[] {
    this.#check(sweep)
    const found: number[] = []
    for (let from = after; found.length < limit; ) {
      const rows = read.rows(
        'SELECT id FROM bounds WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
        from,
        this.#most,
        RUNS,
      )
      for (const [id] of rows) {
        const bound = Number(id)
        if ((this.#byte(bound) & (1 << (bound & 7))) === 0 && found.length < limit) found.push(bound)
      }
      from = Number(rows.at(-1)?.[0] ?? 0)
      if (rows.length < RUNS) break
    }
    return found
  }

  // What another sweep has begun to note says nothing yet of the runs that it did not come to: all of theirs would be removed.
  #check(sweep: number): void {
    if (this.#sweep !== sweep) throw new StoreError('STORE_REQUEST', 'another sweep has begun since')
  }

  #byte(bound: number): number {
    return this.#bits[bound >> 3] ?? 0
  }
}
