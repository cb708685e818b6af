import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Timers } from './timers.ts'

test('once stopped no timer is set, whoever still wants one', () => {
  let waking = 0
  const wake = (): (() => void) => {
    waking++
    return () => void waking--
  }
  const timers = new Timers({ now: () => 0, monotonic: () => 0, soon: () => {}, wake })
  timers.set('before', 1, () => {})
  assert.deepEqual([waking, timers.size], [1, 1])
  timers.stop()
  timers.set('after', 1, () => {})
  assert.deepEqual([waking, timers.size], [0, 0])
})
