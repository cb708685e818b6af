import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDiagnostic } from '../document/index.ts'
import { checkFileNames } from './index.ts'

const told = (paths: readonly string[], jobs: number): readonly string[] =>
  checkFileNames(
    paths.map((path) => ({ path, shown: `jobs/${path}` })),
    { folder: 'jobs', jobs },
  ).map(formatDiagnostic)

test('CHECK17: files that would be jobs under another name', () => {
  const message = 'warning JOB_FILE_NAME: this is not a job: its name does not end in .yaml'
  assert.deepEqual(told(['z.yml', 'a/b.YAML', 'good.yaml', '.x.yml', 'a.yml/c.txt', '.yml', 'days.cal'], 1), [
    `jobs/a/b.YAML: ${message} (rename it to b.yaml)`,
    `jobs/z.yml: ${message} (rename it to z.yaml)`,
  ])
  const many = told(
    Array.from({ length: 103 }, (_, n) => `${n}.yml`),
    1,
  )
  assert.equal(many.length, 101)
  assert.equal(many.at(-1), 'jobs: warning JOB_FILE_NAME: 3 more files whose names do not end in .yaml (rename them)')
})

test('CHECK17: a folder without any job', () => {
  assert.deepEqual(told([], 1), [])
  assert.deepEqual(told(['readme.txt'], 0), [
    'jobs: notice JOB_FOLDER_EMPTY: there is no job here (a job is a file whose name ends in .yaml)',
  ])
})
