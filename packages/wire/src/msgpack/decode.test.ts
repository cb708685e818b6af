import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { DECODE_LIMITS } from './limits.ts'

function read(hex: string): ReturnType<typeof decode> {
  return decode(Uint8Array.from(Buffer.from(hex, 'hex')))
}

function refused(hex: string, error: RegExp): void {
  const result = read(hex)
  assert.ok(!result.ok, hex)
  assert.match(result.error, error)
}

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.uint8Array({ maxLength: 300 }),
)
const key = fc.string({ maxLength: 40 }).filter((text) => text !== '__proto__')
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 5 }).map((members) => Object.fromEntries(members)),
  ),
}))

test('MP7: what was encoded decodes to the same', () => {
  fc.assert(
    fc.property(tree, (value) => assert.deepStrictEqual(decode(encode(value)), { ok: true, value })),
    { numRuns: 300 },
  )
  assert.deepStrictEqual(read('cfffffffffffffffff'), { ok: true, value: 2n ** 64n - 1n })
  assert.deepStrictEqual(read('cf0000000000000001'), { ok: true, value: 1 })
})

test('MP8: every form of the format is read', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['c0', null],
    ['c2', false],
    ['c3', true],
    ['cc05', 5],
    ['cd0005', 5],
    ['ce00000005', 5],
    ['d0ff', -1],
    ['d1ffff', -1],
    ['d2ffffffff', -1],
    ['d3ffffffffffffffff', -1],
    ['ca3fc00000', 1.5],
    ['cb3ff8000000000000', 1.5],
    ['d90161', 'a'],
    ['da000161', 'a'],
    ['db0000000161', 'a'],
    ['c40101', new Uint8Array([1])],
    ['c5000101', new Uint8Array([1])],
    ['c60000000101', new Uint8Array([1])],
    ['9101', [1]],
    ['dc000101', [1]],
    ['dd0000000101', [1]],
    ['81a16101', { a: 1 }],
    ['de0001a16101', { a: 1 }],
    ['df00000001a16101', { a: 1 }],
  ]
  for (const [hex, value] of cases) assert.deepStrictEqual(read(hex), { ok: true, value }, hex)
})

test('MP9: no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      assert.equal(typeof decode(bytes).ok, 'boolean')
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(tree, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (value, changes) => {
      const bytes = encode(value).slice()
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      assert.equal(typeof decode(bytes).ok, 'boolean')
    }),
    { numRuns: 500 },
  )
})

test('MP10: exactly one value', () => {
  refused('', /ends where a value should be, at byte 0/)
  refused('9201', /which cannot be in the 1 bytes left, at byte 1/)
  refused('a36161', /3 bytes announced and 2 left, at byte 1/)
  for (const cut of ['cc', 'cd00', 'ce000000', 'cf00', 'd0', 'd1', 'd2', 'd3', 'ca', 'cb', 'd9', 'c4', 'dc00', 'df00'])
    refused(cut, /announced/)
  refused('0102', /1 bytes after the value, at byte 1/)
})

test('MP11: long collections are refused before they are made', () => {
  refused('ddffffffff', /a collection of 4294967295; the limit is 500000/)
  refused('dd0006ddd0', /which cannot be in the 0 bytes left/)
  refused('df0000000aa16101', /a collection of 10, which cannot be/)
})

test('MP12: deep nesting is refused', () => {
  const deep = new Uint8Array(4_000_000).fill(0x91)
  assert.deepStrictEqual(decode(deep), { ok: false, error: 'nesting deeper than 32, at byte 33' })
  const most = new Uint8Array(33).fill(0x91)
  most[32] = 0xc0
  assert.equal(decode(most).ok, true)
})

test('MP13: the number of values is bounded', () => {
  const limits = { ...DECODE_LIMITS, values: 5 }
  assert.equal(decode(encode([1, [2, 3]]), limits).ok, true)
  assert.deepStrictEqual(decode(encode([1, [2, 3, 4]]), limits), { ok: false, error: 'more than 5 values, at byte 5' })
  assert.equal(decode(encode({ a: 1, b: 2 }), limits).ok, true)
  assert.equal(decode(encode({ a: 1, b: 2, c: 3 }), limits).ok, false)
})

test('MP14: a frame beyond the limit is not read', () => {
  assert.deepStrictEqual(decode(new Uint8Array(11), { ...DECODE_LIMITS, bytes: 10 }), {
    ok: false,
    error: 'a frame of 11 bytes; the limit is 10',
  })
})

test('MP15: map keys', () => {
  refused('810101', /a map key that is not a string, at byte 1/)
  refused('81c001', /not a string/)
  refused('82a16101a16102', /occurs twice, at byte 4/)
  refused(Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 1]).toString('hex'), /the map key __proto__, at byte 1/)
})

test('MP16: text must be UTF-8', () => {
  refused('a1ff', /text that is not UTF-8, at byte 1/)
  refused('a3eda080', /not UTF-8/)
  refused('a2c080', /not UTF-8/)
  refused(Buffer.from([0xd9, 40, ...new Uint8Array(39), 0x80]).toString('hex'), /not UTF-8/)
  assert.deepStrictEqual(read('a4efbbbf61'), { ok: true, value: '\ufeffa' })
})

test('MP17: extension types are refused', () => {
  for (const code of ['c7', 'c8', 'c9', 'd4', 'd5', 'd6', 'd7', 'd8']) refused(`${code}0000`, /extension type/)
  refused('c1', /0xc1, which is never used, at byte 0/)
})

test('MP18: bytes are views', () => {
  const frame = Buffer.from('c4020102', 'hex')
  const result = decode(frame)
  assert.ok(result.ok && result.value instanceof Uint8Array)
  assert.ok(!Buffer.isBuffer(result.value))
  assert.equal(result.value.buffer, frame.buffer)
  assert.deepStrictEqual(result.value, new Uint8Array([1, 2]))
})

test('MP19: thousands of keys, many of which are kept in the same place, are each read as they are', () => {
  const keys = Array.from({ length: 5_000 }, (_, n) => [`k${n}`, `${'x'.repeat(n % 40)}${n}`, `é${n}`]).flat()
  for (let round = 0; round < 2; round++)
    for (const key of keys) assert.deepStrictEqual(decode(encode({ [key]: 1 })), { ok: true, value: { [key]: 1 } })
  // What is cut off within a key that is known.
  const whole = encode({ k1: 1 })
  for (let cut = 1; cut < whole.length; cut++) assert.equal(decode(whole.subarray(0, cut)).ok, false)
})
