import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RareLog } from './rare-log.ts'

test('a message is warned of at once, and then once a second with how often it came', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lines: string[] = []
  const rare = new RareLog({ warn: (message, data) => void lines.push(`${message} ${JSON.stringify(data)}`) })
  for (let times = 0; times < 1_000; times++) rare.warn('a', { times })
  rare.warn('b', {})
  assert.deepEqual(lines.splice(0), ['a {"times":0}', 'b {}'])
  t.mock.timers.tick(999)
  assert.deepEqual(lines, [])
  rare.warn('a', {})
  t.mock.timers.tick(1)
  assert.deepEqual(lines.splice(0), ['a {"times":1000}'])
  t.mock.timers.tick(1_000)
  rare.warn('a', { again: true })
  assert.deepEqual(lines, ['a {"again":true}'])
})
