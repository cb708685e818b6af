import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

test('a length of time is never shorter on the clock that is never set, and can be cancelled', async () => {
  const clock = systemClock()
  const cancel = clock.after(0, () => assert.fail('it was cancelled'))
  cancel()
  for (const delay of [0, 0.2, 3.7]) {
    const began = clock.monotonic()
    await new Promise<void>((resolve) => void clock.after(delay, resolve))
    assert.ok(clock.monotonic() - began >= delay)
  }
})

test('a length of more than 25 days does not end at once', async () => {
  const clock = systemClock()
  const cancel = clock.after(60 * 86_400_000, () => assert.fail('it ended'))
  await new Promise<void>((resolve) => void clock.after(5, resolve))
  cancel()
})
