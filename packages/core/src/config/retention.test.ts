import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FINISHED } from '../run/index.ts'
import { isAboutJob, retentionField, type RetentionRule, rulesOfJob } from './retention.ts'

test('CFG30: rules of retention', () => {
  assert.deepEqual(retentionField.parse(undefined), [])
  assert.deepEqual(
    retentionField.parse([{}, { job: 'a/', states: 'error', age: '30 d', count: 5, archive: 'old.db' }]),
    [
      { job: '**', states: FINISHED, age: null, count: null, archive: null },
      { job: 'a/', states: ['error'], age: 30 * 86_400_000, count: 5, archive: 'old.db' },
    ],
  )
  const wrong = [
    { job: '' },
    { states: 'running' },
    { age: 0 },
    { age: '-1 d' },
    { count: -1 },
    { count: 0.5 },
    { archive: '' },
    { days: 3 },
    { archive: 'runs.db' },
    { archive: './outputs.db' },
    { archive: 'runs.db-wal' },
    { archive: 'lock.db' },
    { archive: 'agent-token' },
  ]
  for (const one of wrong) assert.equal(retentionField.safeParse([one]).success, false, JSON.stringify(one))
  assert.equal(retentionField.safeParse({}).success, false)
  for (const archive of ['old/runs.db', '/elsewhere/runs.db', 'my-runs.db']) {
    assert.equal(retentionField.safeParse([{ archive }]).success, true, archive)
  }
})

test('CFG31: which jobs a rule is about', () => {
  const about = (pattern: string): string =>
    ['a', 'ab', 'a/b', 'a/b/c', 'x.a'].filter((id) => isAboutJob(pattern, id)).join(' ')
  assert.equal(about('a'), 'a')
  assert.equal(about('a/'), 'a/b a/b/c')
  assert.equal(about('a*'), 'a ab')
  assert.equal(about('a/*'), 'a/b')
  assert.equal(about('a/**'), 'a/b a/b/c')
  assert.equal(about('**'), 'a ab a/b a/b/c x.a')
  assert.equal(about('x.*'), 'x.a')
  assert.equal(about('.*'), '')
})

test('CFG32: the first rule that is about job and state counts', () => {
  const rules = retentionField.parse([
    { job: 'a', states: ['success'], count: 3 },
    { job: 'a*', states: ['success', 'error'], age: '1 d' },
    { age: '9 d' },
  ])
  const said = (jobId: string): readonly (readonly [RetentionRule['states'], number | null])[] =>
    rulesOfJob(rules, jobId).map(({ states, age }) => [states, age])
  assert.deepEqual(said('a'), [
    [['success'], null],
    [['error'], 86_400_000],
    [['failure', 'skipped'], 9 * 86_400_000],
  ])
  assert.deepEqual(said('b'), [[FINISHED, 9 * 86_400_000]])
})
