import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from './encode.ts'

function hex(value: unknown, floats?: ReadonlySet<string>): string {
  return Buffer.from(encode(value, floats)).toString('hex')
}

test('MP1: integers in the shortest form', () => {
  const cases: readonly (readonly [number | bigint, string])[] = [
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [255, 'ccff'],
    [256, 'cd0100'],
    [65535, 'cdffff'],
    [65536, 'ce00010000'],
    [4294967295, 'ceffffffff'],
    [4294967296, 'cf0000000100000000'],
    [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [5n, '05'],
    [300n, 'cd012c'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-128, 'd080'],
    [-129, 'd1ff7f'],
    [-32768, 'd18000'],
    [-32769, 'd2ffff7fff'],
    [-2147483648, 'd280000000'],
    [-2147483649, 'd3ffffffff7fffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
  ]
  for (const [value, expected] of cases) assert.equal(hex(value), expected, String(value))
})

test('MP2: other numbers are float64', () => {
  assert.equal(hex(1.5), 'cb3ff8000000000000')
  assert.equal(hex(-0), 'cb8000000000000000')
  assert.equal(hex(2 ** 60), 'cb43b0000000000000')
  assert.equal(hex(Infinity), 'cb7ff0000000000000')
  assert.equal(
    hex({ a: 2, elapsed: 2, b: { elapsed: 0 } }, new Set(['elapsed'])),
    '83a16102a7656c6170736564cb4000000000000000a16281a7656c6170736564cb0000000000000000',
  )
})

test('MP3: text is valid UTF-8', () => {
  assert.equal(hex('a'), 'a161')
  assert.equal(hex('é€😀'), 'a9c3a9e282acf09f9880')
  assert.equal(hex('\ud800'), 'a3efbfbd')
  assert.equal(hex('a\udc00b'), 'a561efbfbd62')
  assert.equal(hex('x'.repeat(31)).slice(0, 2), 'bf')
  assert.equal(hex('x'.repeat(32)).slice(0, 4), 'd920')
  assert.equal(hex('x'.repeat(256)).slice(0, 6), 'da0100')
  assert.equal(hex('é'.repeat(40_000)).slice(0, 10), 'db00013880')
})

test('MP4: maps keep their order and lose undefined members', () => {
  assert.equal(hex({ type: 'A', z: null, a: undefined, b: [true, false] }), '83a474797065a141a17ac0a16292c3c2')
  assert.equal(
    hex(Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 0]))).slice(0, 6),
    'de0010',
  )
  assert.equal(hex(Array.from({ length: 16 }, () => 0)).slice(0, 6), 'dc0010')
  assert.equal(hex(Array.from({ length: 65536 }, () => 0)).slice(0, 10), 'dd00010000')
})

test('MP5: bytes are bin', () => {
  assert.equal(hex(new Uint8Array([1, 2])), 'c4020102')
  assert.equal(hex(new Uint8Array(256)).slice(0, 6), 'c50100')
  assert.equal(hex(new Uint8Array(65536)).slice(0, 10), 'c600010000')
})

test('MP6: what cannot be encoded is a bug', () => {
  assert.throws(() => encode(2n ** 64n), RangeError)
  assert.throws(() => encode(-(2n ** 63n) - 1n), RangeError)
  assert.throws(() => encode([undefined]), TypeError)
  assert.throws(() => encode({ a: () => 0 }), TypeError)
})

test('MP7: growing keeps what was written, for each kind of number at the edge', () => {
  for (const value of [
    1,
    200,
    300,
    70_000,
    2 ** 40,
    1.5,
    -5,
    -100,
    -300,
    -70_000,
    -(2 ** 40),
    'a',
    new Uint8Array(5),
  ]) {
    for (let capacity = 1; capacity < 12; capacity++) {
      const list = [value, value]
      assert.deepStrictEqual(encode(list, new Set(), capacity), encode(list), `${String(value)} ${capacity}`)
    }
  }
})
