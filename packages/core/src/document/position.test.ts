import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyPath } from './diagnostic.ts'
import { openMapping } from './open.ts'
import { placeMap } from './position.ts'
import { withinStack } from './stack.ts'

const codes = {
  syntax: 'JOB_YAML_SYNTAX',
  large: 'JOB_TOO_LARGE',
  notMapping: 'JOB_NOT_A_MAPPING',
  empty: 'JOB_EMPTY',
} as const

function faults(text: string): string[] {
  const opened = openMapping({ path: 'f.yaml', text }, codes)
  assert.ok(!opened.ok)
  return opened.diagnostics.map(
    ({ code, line, column, hint }) => `${code} ${line}:${column}${hint === null ? '' : ' !'}`,
  )
}

test('DOC8: places of keys and values', () => {
  const text = [
    'program:',
    '  type: no-op',
    'base: &b',
    '  k: 1',
    'schedule:',
    '  - type: daily',
    '    args: {date: x, "q": 2}',
    '  - *b',
  ].join('\n')
  const places = placeMap(text)
  const at = (path: KeyPath, which: 'key' | 'value'): string => {
    const { line, column } = places.locate(path, which)
    return `${line}:${column}`
  }
  assert.equal(at(['program'], 'key'), '1:1')
  assert.equal(at(['program'], 'value'), '2:3')
  assert.equal(at(['program', 'type'], 'value'), '2:9')
  assert.equal(at(['schedule', 0, 'args', 'date'], 'key'), '7:12')
  assert.equal(at(['schedule', 0, 'args', 'q'], 'value'), '7:26')
  assert.equal(at(['schedule', 1, 'k'], 'value'), '4:6')
  assert.equal(at(['schedule', 0, 'nothing', 'here'], 'value'), '6:5')
  assert.equal(at(['schedule', 7], 'value'), '6:3')
  assert.equal(at(['program', 0, 'type'], 'value'), '2:9')
  assert.equal(at([], 'value'), '1:1')
})

test('DOC9: all syntax faults are told, each with its place', () => {
  assert.deepEqual(faults('a: 1\nb: 2\na: 3\nb: 4\n'), ['JOB_YAML_SYNTAX 3:1 !', 'JOB_YAML_SYNTAX 4:1 !'])
  assert.deepEqual(faults('a: !!python/object:x y'), ['JOB_YAML_SYNTAX 1:4'])
  const many = Array.from({ length: 40 }, () => 'a: 1').join('\n')
  assert.equal(faults(many).length, 20)
})

const DEEP: readonly string[] = [
  `params: ${'['.repeat(100_000)}`,
  `params: ${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'not: {'.repeat(2_000),
  `a:\n${'- '.repeat(100_000)}`,
  '? '.repeat(100_000),
  Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
]

test('DOC5: a text that nests too deeply has one diagnostic, at the place', () => {
  assert.deepEqual(
    DEEP.map((text) => faults(text).map((fault) => fault.split(' ')[0])),
    DEEP.map(() => ['JOB_TOO_LARGE']),
  )
  assert.deepEqual(faults(`a: 1\nb: ${'['.repeat(1_000)}`), ['JOB_TOO_LARGE 2:103'])
})

test('DOC9: of a text that may nest too deeply after its first fault, that one is told', () => {
  for (const text of DEEP) assert.deepEqual(faults(`x: y: z\n${text}`), ['JOB_YAML_SYNTAX 1:5'], text.slice(0, 20))
})

test('DOC9: the slower parser has no place for a text that its stack is too small for', () => {
  assert.deepEqual(placeMap('['.repeat(20_000)).faults, [])
})

test('DOC18: only an overflow of the stack is nesting', () => {
  const endless = (depth: number): number => 1 + endless(depth + 1)
  assert.equal(
    withinStack(() => endless(0)),
    null,
  )
  assert.deepEqual(
    withinStack(() => 1),
    { value: 1 },
  )
  assert.throws(() => withinStack(() => 'x'.repeat(-1)), RangeError)
  assert.throws(() => withinStack(() => assert.fail('bug')), /bug/)
})

test('DOC10: a template without quotes is told at its place', () => {
  assert.deepEqual(faults('program:\n  type: procstar\n  argv: [echo, {{ date }}]\n'), ['JOB_YAML_SYNTAX 3:17 !'])
  assert.deepEqual(faults('program:\n  command: {{ date }}\n'), ['JOB_YAML_SYNTAX 2:13 !'])
  assert.ok(faults('command: {{ date }}/file\n')[0]?.endsWith(' !'))
})

test('DOC14: what is not a mapping is told at its start', () => {
  assert.deepEqual(faults('- 1\n- 2\n'), ['JOB_NOT_A_MAPPING 1:1 !'])
  assert.deepEqual(faults('just text'), ['JOB_NOT_A_MAPPING 1:1 !'])
  assert.deepEqual(faults('# nothing\n'), ['JOB_EMPTY 1:1 !'])
})

test('DOC20: many keys and aliases', () => {
  const keys = Array.from({ length: 40_000 }, (_, index) => `k${index}`)
  const text = `${keys.map((key) => `${key}: 1`).join('\n')}\nk39999: 2\nf: {a: 1, 'a': 2}\n`
  const places = placeMap(text)
  assert.deepEqual(
    places.faults.map(({ offset, message }) => [places.position(offset), message]),
    [
      [{ line: 40_001, column: 1 }, "key 'k39999' is there twice, first in line 40000"],
      [{ line: 40_002, column: 11 }, "key 'a' is there twice, first in line 40002"],
    ],
  )
  assert.deepEqual(
    keys.map((key) => places.locate([key], 'key').line),
    keys.map((_, index) => index + 1),
  )
  const aliases = placeMap(`a: &a {x: 1}\nl:\n${'  - *a\n'.repeat(20_000)}b: &a {x: 2}\nc: *a\n`)
  for (let index = 0; index < 20_000; index++) {
    assert.deepEqual(aliases.locate(['l', index, 'x'], 'value'), { line: 1, column: 11 })
  }
  assert.deepEqual(aliases.locate(['c', 'x'], 'key'), { line: 20_003, column: 8 })
})
