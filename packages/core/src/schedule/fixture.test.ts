import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DAY } from '../time/index.ts'

/** A kind of schedule for properties: the instants of a rule in [from, to), any rule, and any begin. */
interface Sample<Rule> {
  readonly dues: (rule: Rule, from: number, to: number) => readonly number[]
  readonly rules: fc.Arbitrary<Rule>
  readonly froms: fc.Arbitrary<number>
}

/** Instants are within the window, in order, once each. */
export function assertAscending<Rule>({ dues, rules, froms }: Sample<Rule>): void {
  fc.assert(
    fc.property(rules, froms, fc.integer({ min: 0, max: 5 * DAY }), (one, from, length) => {
      const found = dues(one, from, from + length)
      for (const [index, due] of found.entries()) {
        assert.ok(due >= from && due < from + length)
        assert.ok(index === 0 || due > (found[index - 1] ?? Infinity))
      }
    }),
  )
}

/** The instants of two windows in a row are those of both as one. */
export function assertComposing<Rule>({ dues, rules, froms }: Sample<Rule>): void {
  const lengths = fc.integer({ min: 0, max: 3 * DAY })
  fc.assert(
    fc.property(rules, froms, lengths, lengths, (one, a, first, second) => {
      const [b, c] = [a + first, a + first + second]
      assert.deepEqual([...dues(one, a, b), ...dues(one, b, c)], dues(one, a, c))
    }),
  )
}
