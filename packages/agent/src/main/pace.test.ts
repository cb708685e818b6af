import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from './pace.ts'

test('the eleventh within a tenth of a second is one of many, and the first of the next is not', () => {
  let now = 0
  const pace = new Pace(() => now)
  const many = Array.from({ length: 12 }, () => pace.isFast())
  assert.deepEqual(many, [...Array.from({ length: 10 }, () => false), true, true])
  now = 101
  assert.equal(pace.isFast(), false)
})
