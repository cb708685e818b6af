import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Json } from '../json/index.ts'
import { diagnose } from './diagnose.ts'
import { DIAGNOSTIC_CODES, type Diagnostic, formatDiagnostic, type Problem } from './diagnostic.ts'
import { problemsOf } from './issue.ts'
import { closestPath, suggestion } from './suggest.ts'

const codes = { keyUnknown: 'JOB_KEY_UNKNOWN', keyMissing: 'JOB_KEY_MISSING', value: 'JOB_VALUE' } as const

test('DOC11: suggestions', () => {
  const words = ['interval', 'phase', 'max_running', 'tz']
  assert.equal(suggestion('intervall', words), "did you mean 'interval'?")
  assert.equal(suggestion('intevral', words), "did you mean 'interval'?")
  assert.equal(suggestion('Max-Running', words), "did you mean 'max_running'?")
  assert.equal(suggestion('t', words), "did you mean 'tz'?")
  assert.equal(suggestion('abc', words), 'known here: interval, max_running, phase, tz')
  assert.equal(suggestion('x'.repeat(100_000), words), 'known here: interval, max_running, phase, tz')
  assert.equal(suggestion('x', []), null)
})

test('DOC12: diagnostics in the order of the text', () => {
  const problem = (path: Problem['path']): Problem => ({
    code: 'JOB_VALUE',
    severity: 'error',
    path,
    at: 'value',
    message: 'm',
    hint: null,
  })
  const problems = [problem(['b']), problem(['a', 0, 'x'])]
  const placed = diagnose(problems, { path: 'f.yaml', text: 'a:\n  - x: 1\nb: 2\n' })
  assert.deepEqual(
    placed.map(({ file, line, column, key }) => [file, line, column, key]),
    [
      ['f.yaml', 2, 8, 'a[0].x'],
      ['f.yaml', 3, 4, 'b'],
    ],
  )
  assert.deepEqual(
    diagnose(problems, null).map(({ file, line, key }) => [file, line, key]),
    [
      [null, null, 'b'],
      [null, null, 'a[0].x'],
    ],
  )
})

test('DOC19: at most 100 of a severity, then how many more', () => {
  const count = 250
  const problems = Array.from({ length: count }, (_, index): Problem => {
    const severity = index === count - 1 ? 'error' : 'warning'
    return { code: 'JOB_VALUE', severity, path: [`k${index}`], at: 'key', message: 'm', hint: null }
  })
  const text = problems.map(({ path }) => `${path.join()}: 1\n`).join('')
  const told = diagnose(problems.toReversed(), { path: 'f.yaml', text })
  assert.deepEqual(
    told.slice(99).map(({ code, severity, line, key, message }) => [code, severity, line, key, message]),
    [
      ['JOB_VALUE', 'warning', 100, 'k99', 'm'],
      ['JOB_LIMIT', 'warning', 101, '', '149 more warnings from here on: not told one by one'],
      ['JOB_VALUE', 'error', 250, 'k249', 'm'],
    ],
  )
  const codes = (['CONFIG_VALUE', 'CALENDAR_VALUE'] as const).map((code) =>
    diagnose(
      problems.map((one) => ({ ...one, code })),
      null,
    ).at(100),
  )
  assert.deepEqual(
    codes.map((one) => one?.code),
    ['CONFIG_LIMIT', 'CALENDAR_LIMIT'],
  )
  assert.equal(diagnose(problems.slice(0, 100), null).length, 100)
})

test('DOC13: schema issues become problems', () => {
  const schema = z
    .strictObject({
      count: z.number(),
      kind: z.enum(['a', 'b']),
      inner: z.strictObject({ name: z.string() }).nullish(),
      odd: z.custom<string>().optional(),
    })
    .superRefine((value, ctx) => {
      if (value.count === 13) {
        ctx.addIssue({
          code: 'custom',
          message: 'no',
          params: { hint: 'try 12', code: 'JOB_TEMPLATE' },
          path: ['count'],
        })
      }
    })
  const found = (value: Json): string[] => {
    const parsed = schema.safeParse(value)
    assert.ok(!parsed.success)
    return problemsOf(parsed.error.issues, { codes, schema, value, path: ['p', 0] }).map(
      ({ code, path, at, message, hint }) =>
        `${code} ${path.join('.')} ${at}: ${message}${hint === null ? '' : ` (${hint})`}`,
    )
  }
  assert.deepEqual(found({ count: 1, kind: 'a', cuont: 2, inner: { nam: 'x' } }), [
    'JOB_KEY_MISSING p.0.inner value: missing key: name',
    "JOB_KEY_UNKNOWN p.0.inner.nam key: unexpected key: nam (did you mean 'name'?)",
    "JOB_KEY_UNKNOWN p.0.cuont key: unexpected key: cuont (did you mean 'count'?)",
  ])
  assert.deepEqual(found({ count: 'x', kind: 'c' }), [
    "JOB_VALUE p.0.count value: expected a number, not text 'x'",
    "JOB_VALUE p.0.kind value: expected one of a, b, not text 'c'",
  ])
  assert.deepEqual(found({ count: 13, kind: 'a' }), ['JOB_TEMPLATE p.0.count value: no (try 12)'])
})

test('DOC15: one line for people', () => {
  const diagnostic: Diagnostic = {
    code: 'JOB_VALUE',
    severity: 'error',
    file: 'jobs/a.yaml',
    line: 3,
    column: 5,
    key: 'program',
    message: 'bad',
    hint: 'do better',
  }
  assert.equal(formatDiagnostic(diagnostic), 'jobs/a.yaml:3:5: error JOB_VALUE: bad (do better)')
  assert.equal(
    formatDiagnostic({ ...diagnostic, file: null, line: null, column: null, hint: null }),
    'error JOB_VALUE: program: bad',
  )
  for (const [code, text] of Object.entries(DIAGNOSTIC_CODES))
    assert.match(`${code}: ${text}`, /^(JOB|CALENDAR|CONFIG)_[A-Z_]+: \S/)
})

test('DOC22: of paths, the last part may be enough', () => {
  const ids = ['team/report', 'team/load', 'other/load', 'clean']
  assert.equal(closestPath('report', ids), 'team/report')
  assert.equal(closestPath('Reprot', ids), 'team/report')
  assert.equal(closestPath('team/laod', ids), 'team/load')
  assert.equal(closestPath('claen', ids), 'clean')
  assert.equal(closestPath('nothing', ids), null)
})
