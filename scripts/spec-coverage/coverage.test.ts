import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverage } from './coverage.ts'

const spec = (path: string, ...ids: readonly string[]) => ({
  path,
  text: `# Title\n\n${ids.map((id) => `- **${id}** a rule\n`).join('')}`,
})

test('rules that are all cited by active tests give no complaint', () => {
  const tests = [
    { path: 'p/run/step.test.ts', text: "test('RUN1: a', () => {})\ntest.only('RUN2, RUN3: b', () => {})\n" },
  ]
  const result = coverage([spec('p/run/SPEC.md', 'RUN1', 'RUN2', 'RUN3')], tests)
  assert.deepEqual(result, { rules: 3, tests: 2, complaints: [] })
})

test('a rule with no test is named by its place', () => {
  const result = coverage([spec('p/run/SPEC.md', 'RUN1')], [])
  assert.deepEqual(result.complaints, ['p/run/SPEC.md:3: RUN1 has no test'])
})

test('a skipped test, by its name or its options, proves nothing', () => {
  const text =
    "test.skip('RUN1: a', () => {})\nit('RUN2: b', { skip: true }, () => {})\ntest('RUN3: c', { skip: off }, () => {})\n"
  const { complaints } = coverage([spec('p/SPEC.md', 'RUN1', 'RUN2', 'RUN3')], [{ path: 'p/a.test.ts', text }])
  assert.deepEqual(complaints, ['p/SPEC.md:3: RUN1 has no test', 'p/SPEC.md:4: RUN2 has no test'])
})

test('a test without a rule, or with one that the nearest specification does not have, is named', () => {
  const specs = [spec('p/SPEC.md', 'RUN1'), spec('p/deep/SPEC.md', 'DEEP1')]
  const tests = [
    { path: 'p/side/a.test.ts', text: "test('RUN1: a', () => {})\n\ntest('works', () => {})\n" },
    { path: 'p/deep/b.test.ts', text: "test('DEEP1: a', () => {})\ntest('RUN1: not its own', () => {})\n" },
  ]
  assert.deepEqual(coverage(specs, tests).complaints, [
    'p/side/a.test.ts:3: the title does not begin with a rule of p/SPEC.md: works',
    'p/deep/b.test.ts:2: p/deep/SPEC.md has no rule RUN1',
  ])
})

test('a title in a template is read up to its first value; one that is not written at the call is named', () => {
  const text = 'for (const row of rows) test(`RUN1: ${row.name}`, () => {})\ntest(row.name, () => {})\n'
  const { complaints } = coverage([spec('p/SPEC.md', 'RUN1')], [{ path: 'p/a.test.ts', text }])
  assert.deepEqual(complaints, ['p/a.test.ts:2: the title is not written at the call, so its rule cannot be seen'])
})

test('calls in comments and in strings, subtests, and tests under no specification do not count', () => {
  const text =
    "// test('x')\nconst s = \"test('y')\"\ntest('RUN1: a', async (t) => {\n  await t.test('part', () => {})\n})\n"
  const tests = [
    { path: 'p/a.test.ts', text },
    { path: 'q/b.test.ts', text: "test('free', () => {})\n" },
  ]
  assert.deepEqual(coverage([spec('p/SPEC.md', 'RUN1')], tests), { rules: 1, tests: 1, complaints: [] })
})

test('a specification that says a rule twice, or none, is named', () => {
  const tests = [{ path: 'p/a.test.ts', text: "test('RUN1: a', () => {})\n" }]
  const { complaints } = coverage([spec('p/SPEC.md', 'RUN1', 'RUN1'), spec('q/SPEC.md')], tests)
  assert.deepEqual(complaints, [
    'p/SPEC.md:4: RUN1 is there twice (first in line 3)',
    'q/SPEC.md:1: no rule; expected lines such as "- **RUN1** text"',
  ])
})
