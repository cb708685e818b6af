import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pythonText } from './scalar.ts'
import { DOCUMENT_LIMITS, readYaml } from './yaml.ts'

function valueOf(text: string): unknown {
  const read = readYaml(text)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

function faultOf(text: string): string {
  const read = readYaml(text)
  assert.ok(!read.ok)
  return read.fault
}

test('DOC1: YAML 1.2 core with merge keys', () => {
  assert.deepEqual(
    valueOf('a: yes\nb: on\nc: 10:30:00\nd: 2024-01-01\ne: 010\nf: ~\ng: true\nh: 1.5\ni: 0x1F\nj: -3'),
    {
      a: 'yes',
      b: 'on',
      c: '10:30:00',
      d: '2024-01-01',
      e: 10,
      f: null,
      g: true,
      h: 1.5,
      i: 31,
      j: -3,
    },
  )
  assert.deepEqual(valueOf('base: &b {x: 1, y: 2}\nover:\n  <<: *b\n  y: 3\n'), {
    base: { x: 1, y: 2 },
    over: { x: 1, y: 3 },
  })
})

test('DOC2: numbers that would change when written stay texts', () => {
  assert.deepEqual(valueOf('[1.0, 1e3, 1e22, 12345678901234567890, -12345678901234567890, .inf, -.inf, .nan, -0.0]'), [
    '1.0',
    '1000.0',
    '1e+22',
    '12345678901234567890',
    '-12345678901234567890',
    'inf',
    '-inf',
    'nan',
    '-0.0',
  ])
})

test('DOC3: what is not plain YAML is a syntax fault', () => {
  for (const text of [
    'a: 1\na: 2\n',
    'a: !!python/object:os.system x',
    'a: 1\n---\nb: 2\n',
    'a: [1, 2',
    '\ta: 1',
    'a: b: c',
  ]) {
    assert.equal(faultOf(text), 'syntax', text)
  }
  const duplicate = readYaml('a: 1\na: 2\n')
  assert.ok(!duplicate.ok && duplicate.fault === 'syntax')
  assert.equal(duplicate.offset, 5)
})

test('DOC4: nothing is empty', () => {
  for (const text of ['', '\n\n', '# only this\n', '---\n', '~', 'null\n', '\uFEFF'])
    assert.equal(faultOf(text), 'empty', text)
})

test('DOC5: what is too large is refused, circular aliases too', () => {
  assert.equal(faultOf(`a: ${'x'.repeat(DOCUMENT_LIMITS.characters)}`), 'large')
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let n = 1; n < 9; n++) bomb.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}*a${n - 1}]`)
  assert.equal(faultOf(bomb.join('\n')), 'large')
  assert.equal(faultOf('a: &a [*a]'), 'large')
  assert.equal(faultOf('['.repeat(200) + ']'.repeat(200)), 'large')
  const deep = readYaml(`a: 1\nb: ${'['.repeat(100_000)}`)
  assert.deepEqual(deep, { ok: false, fault: 'large', message: 'nested deeper than 100', offset: 107 })
})

test('DOC6: no text makes the reader throw', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&x ',
    '*x',
    '!t ',
    '|',
    '>',
    '#',
    '<<',
    '? ',
    '%',
    '---',
    '\u0000',
    '\u{1F600}',
    '\ud800',
    '1.0',
    '__proto__',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const read = readYaml(pieces.join(''))
      assert.equal(typeof read.ok, 'boolean')
    }),
    { numRuns: 2000 },
  )
})

test('DOC7: values as the str of Python', () => {
  const cases: [Parameters<typeof pythonText>[0], string][] = [
    [true, 'True'],
    [false, 'False'],
    [null, 'None'],
    ['text', 'text'],
    [12, '12'],
    [0.5, '0.5'],
    [0.00001, '1e-05'],
    [['a', 1, null], "['a', 1, None]"],
    [{ a: "it's", b: [true] }, `{'a': "it's", 'b': [True]}`],
  ]
  for (const [value, text] of cases) assert.equal(pythonText(value), text)
})
