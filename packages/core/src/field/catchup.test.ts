import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catchupJson } from '../job/catchup.ts'
import { catchupField, instantField, timeShiftField, timeShiftJson } from './index.ts'

const faults = (value: unknown): string[] => {
  const parsed = catchupField.safeParse(value)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test('FIELD9: catchup and time_shift', () => {
  const none = { maxAge: null, maxCount: null, rate: null }
  assert.deepEqual(catchupField.parse('last'), { policy: 'last', ...none })
  assert.deepEqual(catchupField.parse({}), { policy: 'all', ...none })
  const full = { policy: 'none', max_age: '1 h', max_count: 3, rate: 0.5 }
  assert.deepEqual(catchupField.parse(full), { policy: 'none', maxAge: 3_600_000, maxCount: 3, rate: 0.5 })
  assert.deepEqual(catchupJson(catchupField.parse(full)), { policy: 'none', max_age: 3_600, max_count: 3, rate: 0.5 })
  assert.equal(catchupJson(catchupField.parse('all')), 'all')
  assert.deepEqual(faults('some'), [": expected one of all, last, none, not text 'some'"])
  assert.deepEqual(faults({ max_age: -1, max_count: 0, rate: 0 }), [
    'max_age: expected a duration of 0 or more, not -1 s',
    'max_count: expected a whole number above 0, not 0',
    'rate: expected a number of starts a minute, above 0',
  ])
  assert.equal(faults([]).length, 1)
  assert.equal(timeShiftField.parse(undefined), 0)
  assert.ok(Object.is(timeShiftField.parse(-0), 0))
  assert.equal(timeShiftField.parse('-1.5 h'), -5_400_000)
  assert.deepEqual(timeShiftJson(-1_500), { time_shift: -1.5 })
  assert.deepEqual(timeShiftJson(0), {})
  assert.equal(instantField.parse('1970-01-02'), 86_400_000)
  assert.equal(instantField.safeParse('soon').success, false)
})
