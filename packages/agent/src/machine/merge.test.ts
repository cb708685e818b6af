import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { mergedOrder, type TimeRecord, timeRecords } from './merge.ts'

function record(capture: number, offset: number): TimeRecord {
  return { capture, offset, wall: 0n }
}

function shown(records: readonly TimeRecord[], lengths: readonly (readonly [number, number])[]): string {
  return mergedOrder(records, new Map(lengths))
    .map(({ capture, start, stop }) => `${capture}:${start}-${stop}`)
    .join(' ')
}

test('AGT72: records of times', () => {
  const bytes = Buffer.alloc(40)
  bytes.writeUInt8(1, 0)
  bytes.writeBigUInt64LE(300n, 1)
  bytes.writeBigUInt64LE(1_700_000_000_123_456_789n, 9)
  bytes.writeUInt8(2, 17)
  assert.deepEqual(timeRecords(bytes), [
    { capture: 1, offset: 300, wall: 1_700_000_000_123_456_789n },
    { capture: 2, offset: 0, wall: 0n },
  ])
  assert.deepEqual(timeRecords(new Uint8Array(16)), [])
})

test('AGT73: the order of merged outputs', () => {
  const both = [record(0, 0), record(1, 0), record(0, 5), record(1, 3)]
  const lengths = [
    [0, 9],
    [1, 4],
  ] as const
  assert.equal(shown(both, lengths), '0:0-5 1:0-3 0:5-9 1:3-4')
  assert.equal(shown(both, [[0, 9]]), '0:0-9')
  assert.equal(shown([], lengths), '0:0-9 1:0-4')
  // Thinned, begun late, and written further than the length that is known.
  assert.equal(shown([record(1, 2), record(0, 7), record(1, 99)], lengths), '1:0-4 0:0-9')
  assert.equal(shown([record(7, 0)], lengths), '0:0-9 1:0-4')
})

test('AGT73: every byte once, whatever the records', () => {
  const some = fc.record({ capture: fc.nat(3), offset: fc.nat(50), wall: fc.constant(0n) })
  fc.assert(
    fc.property(fc.array(some), fc.array(fc.nat(40), { minLength: 3, maxLength: 3 }), (records, given) => {
      const at = given.map(() => 0)
      for (const { capture, start, stop } of mergedOrder(records, new Map(given.entries()))) {
        assert.equal(start, at[capture])
        assert.ok(stop > start)
        at[capture] = stop
      }
      assert.deepEqual(at, given)
    }),
  )
})
