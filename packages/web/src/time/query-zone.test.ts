import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseZone } from '@apsis/core/time'
import { queryZone } from './query-zone.ts'

test("WTIME5: as the core's own zones, at odd times too", () => {
  for (const name of [
    'UTC',
    'America/New_York',
    'Europe/London',
    'Asia/Tokyo',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ]) {
    const ours = queryZone(name)
    const zone = parseZone(name)
    assert.ok(zone.ok)
    for (let step = 0; step < 365 * 3; step++) {
      // 00:30, 01:30 and 02:30: clocks are changed about these.
      const local = Date.UTC(2026, 0, 1 + Math.floor(step / 3), step % 3, 30)
      assert.deepEqual(ours.instantsOf(local, QUERY), zone.value.instantsOf(local, QUERY), `${name} ${local}`)
      assert.equal(ours.localAt(local), zone.value.localAt(local))
    }
  }
})

const QUERY = { gap: 'next', fold: 'first' } as const
