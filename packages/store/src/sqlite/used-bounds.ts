import type { Statements } from './statements.ts'

/** Runs looked at in one go: some milliseconds. */
const RUNS = 10_000

/** Which of the texts that runs are bound to are in use: a bit each, as there may be millions. */
export class UsedBounds {
  #bits = new Uint8Array(0)
  #most = 0

  /** Notes what some runs numbered above `after` are bound to; the last of them, or null at the end. */
  mark(read: Statements, after: number, most: number): number | null {
    if (after === 0) {
      this.#bits = new Uint8Array((most >> 3) + 1)
      this.#most = most
    }
    const rows = read.rows('SELECT num, bound FROM runs WHERE num > ? ORDER BY num LIMIT ?', after, RUNS)
    for (const [, bound] of rows) {
      if (typeof bound === 'number' && bound <= most) this.#bits[bound >> 3] = this.#byte(bound) | (1 << (bound & 7))
    }
    return rows.length < RUNS ? null : Number(rows.at(-1)?.[0])
  }

  /** Numbers above `after` that are stored and not noted, at most `limit`; none once there are no more. */
  unmarked(read: Statements, after: number, limit: number): readonly number[] {
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

  #byte(bound: number): number {
    return this.#bits[bound >> 3] ?? 0
  }
}
