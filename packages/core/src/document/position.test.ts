import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyPath } from './diagnostic.ts'
import { openMapping } from './open.ts'
import { placeMap } from './position.ts'

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
  assert.deepEqual(faults('a: 1\nb: 2\na: 3\nb: 4\n'), ['JOB_YAML_SYNTAX 3:1', 'JOB_YAML_SYNTAX 4:1'])
  assert.deepEqual(faults('a: !!python/object:x y'), ['JOB_YAML_SYNTAX 1:4'])
  const many = Array.from({ length: 40 }, () => 'a: 1').join('\n')
  assert.equal(faults(many).length, 20)
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
