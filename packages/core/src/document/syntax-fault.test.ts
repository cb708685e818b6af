import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMapping } from './index.ts'

function told(text: string): readonly string[] {
  const codes = {
    syntax: 'JOB_YAML_SYNTAX',
    large: 'JOB_TOO_LARGE',
    notMapping: 'JOB_NOT_A_MAPPING',
    empty: 'JOB_EMPTY',
  } as const
  const opened = openMapping({ path: 'j.yaml', text }, codes)
  assert.ok(!opened.ok, text)
  return opened.diagnostics.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint ?? ''}`)
}

const SECOND = 'a second `: ` in one line: a value without quotes cannot have one | put the value in quotes'
const INDENT = 'this line is indented as none above it that it could belong to | indent it by'

test('DOC21: a value with a colon and no quotes', () => {
  assert.deepEqual(told('a: b: c\nd: 1\n'), [`1:4 ${SECOND}: "b: c"`])
  assert.deepEqual(told('p:\n  c: echo "a": b # why\n'), [`2:6 ${SECOND}: 'echo "a": b'`])
  assert.deepEqual(told(`a: ${'long '.repeat(20)}: c\n`), [`1:4 ${SECOND}`])
})

test('DOC21: a wrong indentation is one error, at the line, with the ones that are right', () => {
  const further = 'this line is indented further than the one above it, which has its value already'
  assert.deepEqual(told('p:\n  type: no-op\n\n   duration: 5\n'), [
    `4:4 ${further} | indent it by 2 blanks, as the line above`,
  ])
  assert.deepEqual(told('p:\n  type: no-op\n duration: 5\n'), [`3:2 ${INDENT} 0 or 2 blanks, not by 1`])
  assert.deepEqual(told('s:\n  - type: daily\n   tz: UTC\nq: 1\n'), [`3:4 ${INDENT} 0, 2 or 4 blanks, not by 3`])
  assert.deepEqual(told('p:\n\ttype: no-op\n'), ['2:1 a tab in the indentation | indent with blanks'])
  assert.deepEqual(told('a: b\n- c\nd: 1\n'), [
    '2:1 a list item beside keys | indent it further than the key that it belongs to',
  ])
})

test('DOC21: a key that is there twice is named, with the line of the first', () => {
  assert.deepEqual(told('a: 1\nb:\n  c: 2\n  d: 3\n  c: 4\n'), [
    "5:3 key 'c' is there twice, first in line 3 | remove one of them, or make them one",
  ])
  assert.match(told(`${'k'.repeat(90)}: 1\n${'k'.repeat(90)}: 2\n`)[0] ?? '', /^2:1 key 'k{37}\.\.\.' is there twice/)
})

test('DOC21: what does not end, and what cannot begin', () => {
  for (const [text, expected] of [
    ['a: {b: 1\n', '2:1 a mapping that begins with { does not end | close it with }'],
    ['a: [b\nc: 1\n', '2:1 a list that begins with [ does not end | close it with ]'],
    ['a: "b\n', '2:1 a text that begins with a quote does not end | close it with the same quote'],
    ['a: @b\n', '1:4 a value cannot begin with this character | put it in quotes'],
    ['a: *.txt\n', '1:5 a value that begins with * means an anchor, and there is none | put it in quotes'],
    ['foo\na: 1\n', '1:1 expected `key: value` | write a colon and a blank after the key'],
  ] as const) {
    assert.deepEqual(told(text), [expected], text)
  }
})
