import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Mailbox } from './mailbox.ts'

const LOG = { info: () => {}, warn: () => {}, error: (message: string) => assert.fail(message) }

test('a turn ends in time though the clock is set back in it', () => {
  let passed = 0
  let wall = 1_000_000
  const turns: (() => void)[] = []
  const clock = {
    now: () => wall,
    monotonic: () => passed,
    wake: () => () => {},
    after: () => () => {},
    soon: (task: () => void) => void turns.push(task),
  }
  let slices = 0
  const mailbox = new Mailbox(clock, LOG, () => slices++)
  // Each takes a millisecond; the first sets the clock back by an hour.
  const task = (): void => {
    passed++
    wall = 1_000_000 - 3_600_000 + passed
  }
  for (let n = 0; n < 640; n++) mailbox.post(task)
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn()
  assert.equal(passed, 640)
  // The clock is looked at every 32 tasks.
  assert.equal(slices, 20)
})
