import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DiffLine, diffLines } from './lines.ts'

const SIGNS = { kept: ' ', removed: '-', added: '+' }
const written = (lines: readonly DiffLine[]): string =>
  lines.map((line) => (line.kind === 'gap' ? `…${line.count}` : `${SIGNS[line.kind]}${line.text}`)).join('|')

const text = (letters: string): string => letters.split('').join('\n')

test('WDIFF1: kept and removed lines are the old text, kept and added ones the new', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(letters, letters, (old, next) => {
      const lines = diffLines(text(old), text(next))
      const of = (other: string): string =>
        lines.flatMap((line) => (line.kind === 'gap' || line.kind === other ? [] : [line.text])).join('')
      // Of five lines none is far from a change, unless nothing changes.
      if (!lines.some(({ kind }) => kind === 'gap')) assert.deepEqual([of('added'), of('removed')], [old, next])
    }),
  )
})

test('WDIFF2: what lies between two changes stays', () => {
  assert.equal(written(diffLines(text('abcd'), text('xbcy'))), '-a|+x| b| c|-d|+y')
  assert.equal(written(diffLines(text('abc'), text('ac'))), ' a|-b| c')
  assert.equal(written(diffLines(text('abcdefgh'), text('abcdefgh'))), ' a| b| c| d| e| f| g| h')
})

test('WDIFF3: of what stays only the nearest lines are given', () => {
  assert.equal(written(diffLines(text('abcdefghi'), text('abcdxfghi'))), '…2| c| d|-e|+x| f| g|…2')
})

test('WDIFF4: texts that are too long to compare are one change', () => {
  const many = (start: string): string => Array.from({ length: 2_000 }, (_, index) => `${start}${index % 7}`).join('\n')
  const lines = diffLines(`same\n${many('a')}\nend`, `same\n${many('a')}\n${many('b')}x\nend`)
  assert.ok(lines.length > 2_000)
  assert.equal(written(lines.slice(-1)), ' end')
  const none = diffLines(`0\n${many('a')}`, `1\n${many('b')}`)
  assert.deepEqual(
    [none.length, none[0], none.at(-1)],
    [4_002, { kind: 'removed', text: '0' }, { kind: 'added', text: 'b4' }],
  )
})
