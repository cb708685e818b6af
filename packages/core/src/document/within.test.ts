import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { diagnose, type Problem } from './index.ts'
import { placeMap } from './position.ts'

/** Where the mark stands in a source, and where the map says it is, given its place in the value. */
function places(source: string, value: string, mark = '@'): readonly [string, string] {
  const position = (text: string): { line: number; column: number } => {
    const lines = text.slice(0, text.indexOf(mark)).split('\n')
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
  }
  const text = ({ line, column }: { line: number; column: number }): string => `${line}:${column}`
  return [text(placeMap(source).locate(['a'], 'value', position(value))), text(position(source))]
}

for (const [name, source, value] of [
  ['plain', 'a: one @two\n', 'one @two'],
  ['plain on two lines', 'a: one\n  two @three\n', 'one two @three'],
  ['single quotes', "a: 'it''s @x'\n", "it's @x"],
  ['double quotes', 'a: "\\t\\u00e9\\\\ \\x41@x"\n', '\t\u00e9\\ A@x'],
  ['double quotes on lines', 'a: "one \\\n   two\n\n   @x"\n', 'one two\n@x'],
  ['literal', 'a: |\n  one\n    two\n\n  @x\n', 'one\n  two\n\n@x\n'],
  ['literal, chomped, with a comment', 'a: |- # text\n\n  one @x\n', '\none @x'],
  ['folded', 'a: >\n  one\n  two\n\n  three\n    more\n  @x\n', 'one two\nthree\n  more\n@x\n'],
  ['flow', 'b: 1\na: "x @y"', 'x @y'],
] as const) {
  test(`DOC16: ${name}`, () => {
    const [found, expected] = places(source, value)
    assert.equal(found, expected)
  })
}

test('DOC16: the end of a value, and what cannot be told', () => {
  const at = (source: string, line: number, column: number): string => {
    const position = placeMap(source).locate(['a'], 'value', { line, column })
    return `${position.line}:${position.column}`
  }
  assert.equal(at('a: "xy"\n', 1, 3), '1:7')
  assert.equal(at('a: xy\n', 1, 3), '1:6')
  assert.equal(at('a: |\n  xy\n', 1, 3), '2:5')
  assert.equal(at('a: |2\n    xy\n', 1, 3), '1:4')
  assert.equal(at('a: 5\n', 1, 1), '1:4')
  assert.equal(at('a: xy\n', 9, 1), '1:4')
})

test('DOC16: any text, however it is written', () => {
  const text = fc.array(fc.constantFrom('a', ' ', '\n', "'", '"', '\\', ':', '#', '\u00e9', '\u{1f600}', '{', '-'), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL'),
      (before, after, type) => {
        const value = `${before.join('')}@${after.join('')}`
        const source = stringify({ a: value }, { defaultStringType: type, defaultKeyType: 'PLAIN', lineWidth: 0 })
        const [found, expected] = places(source, value)
        // With an indicator of indentation the start of the value has to do.
        if (!/^a: [|>][-+]?[0-9]/.test(source)) assert.equal(found, expected, source)
      },
    ),
    { seed: 1, numRuns: 500 },
  )
})

test('DOC16: without a text the place is told in the hint', () => {
  const problem: Problem = {
    code: 'JOB_TEMPLATE',
    severity: 'error',
    path: ['a'],
    at: 'value',
    message: 'bad',
    hint: null,
    within: { line: 2, column: 3 },
  }
  assert.equal(diagnose([problem], null)[0]?.hint, 'at line 2, column 3 of the text')
  assert.equal(diagnose([{ ...problem, hint: 'h' }], null)[0]?.hint, 'h; at line 2, column 3 of the text')
  const [placed] = diagnose([problem], { path: 'f', text: 'a: |\n  one\n  two\n' })
  assert.deepEqual([placed?.line, placed?.column, placed?.hint], [3, 5, null])
})
