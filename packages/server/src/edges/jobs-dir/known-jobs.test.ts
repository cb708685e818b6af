import assert from 'node:assert/strict'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { hasErrors } from '@apsis/core/document'
import type { StoredDefinition } from '@apsis/core/job'
import { JobLoader, type JobRecord, type LoadedJobs, readJobRecord, writeJobRecord } from './index.ts'

const VERSION = '1.2.3'

test('a text that has not changed is not parsed again; one that has is', async (t) => {
  const folder = await jobFolder(t)
  const loader = loaderOf(folder)
  const first = await loader.load()
  await writeFile(join(folder, 'b.yaml'), 'program: {type: no-op, duration: 2}\n')
  const second = await loader.load()
  assert.equal(jobIn(second, 'a'), jobIn(first, 'a'))
  assert.notEqual(jobIn(second, 'b').hash, jobIn(first, 'b').hash)
})

test('another job that comes or goes is seen by those that are not parsed again', async (t) => {
  const folder = await jobFolder(t)
  const loader = loaderOf(folder)
  await loader.load()
  await rm(join(folder, 'a.yaml'))
  const { diagnostics } = await loader.load()
  assert.deepEqual(
    diagnostics.map(({ code, file }) => [code, file]),
    [['JOB_REFERENCE', join(folder, 'b.yaml')]],
  )
})

test('a calendar that changes makes other jobs, with other hashes, of those that go by it alone', async (t) => {
  const folder = await jobFolder(t)
  await writeFile(join(folder, 'days.cal'), 'START 2026-01-01\nSTOP 2040-01-01\n2030-05-05\n')
  await writeFile(join(folder, 'c.yaml'), DAILY)
  const loader = loaderOf(folder)
  const first = await loader.load()
  assert.deepEqual(first.diagnostics, [])
  await writeFile(join(folder, 'days.cal'), 'START 2026-01-01\nSTOP 2040-01-01\n2030-05-06\n')
  const second = await loader.load()
  assert.notEqual(jobIn(second, 'c').hash, jobIn(first, 'c').hash)
  assert.equal(jobIn(second, 'a').hash, jobIn(first, 'a').hash)
  assert.notEqual(second.registry.environment.digest, first.registry.environment.digest)
})

test('a start where nothing differs from the record takes the jobs of the store', async (t) => {
  const folder = await jobFolder(t)
  const first = await loaderOf(folder).load()
  const again = await recordedLoader(folder, first).load()
  assert.deepEqual(again.diagnostics, first.diagnostics)
  for (const job of first.jobs) {
    const revived = jobIn(again, job.id)
    assert.deepEqual(
      [revived.hash, revived.json, revived.params, revived.labels, revived.metadata, revived.adHoc, revived.settings],
      [job.hash, job.json, job.params, job.labels, job.metadata, job.adHoc, job.settings],
    )
    assert.deepEqual(
      [revived.program.json, revived.conditions.map(({ str }) => str), revived.actions.map(({ str }) => str)],
      [job.program.json, job.conditions.map(({ str }) => str), job.actions.map(({ str }) => str)],
    )
    assert.deepEqual(
      revived.schedules.map(({ key, args }) => [key, args]),
      job.schedules.map(({ key, args }) => [key, args]),
    )
  }
})

test('a start where a file, the environment or a stored job differs parses what differs, and checks all', async (t) => {
  const folder = await jobFolder(t)
  const first = await loaderOf(folder).load()
  await writeFile(join(folder, 'a.yaml'), 'params: [date, more]\nprogram: {type: no-op}\n')
  const changed = await recordedLoader(folder, first).load()
  assert.deepEqual(jobIn(changed, 'a').params, ['date', 'more'])
  assert.ok(hasErrors(changed.diagnostics), 'b names a without the new param')

  await writeFile(join(folder, 'a.yaml'), A)
  const stored = new Map([...storedOf(first)].map(([id, row]) => [id, { ...row, hash: 'another' }]))
  const loader = new JobLoader(sourcesOf(folder), { record: first.record, stored })
  assert.equal(jobIn(await loader.load(), 'a').hash, jobIn(first, 'a').hash)
})

test('a record is kept for the version of the program that wrote it, and one that is not whole is not taken', async (t) => {
  const folder = await jobFolder(t)
  const data = await mkdtemp(join(tmpdir(), 'apsis-data-'))
  t.after(() => rm(data, { recursive: true }))
  assert.equal(await readJobRecord(data, VERSION), null)
  const { record } = await loaderOf(folder).load()
  await writeJobRecord(data, VERSION, record)
  const read = await readJobRecord(data, VERSION)
  assert.deepEqual(read && plain(read), plain(record))
  assert.equal(await readJobRecord(data, '1.2.4'), null)
  const path = join(data, 'jobs-record')
  const text = await readFile(path, 'utf8')
  for (const broken of [
    text.slice(0, -3),
    text.slice(0, text.length / 2),
    '',
    '[',
    `${text}[1]\n`,
    text.replace('["a"', '["x", 1'),
    text.replace('"a",', '7,'),
  ]) {
    await writeFile(`${path}.broken`, broken)
    await rename(`${path}.broken`, path)
    assert.equal(await readJobRecord(data, VERSION), null, broken)
  }
})

const A = 'params: [date]\nprogram: {type: no-op}\n'
const B = 'params: [date]\nprogram: {type: no-op}\ncondition: {type: dependency, job_id: a}\nmetadata: {labels: [x]}\n'
const DAILY = 'program: {type: no-op}\nschedule: {type: daily, tz: UTC, daytime: "10:00:00", calendar: days}\n'

async function jobFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-jobs-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.yaml'), A)
  await writeFile(join(folder, 'b.yaml'), B)
  return folder
}

function sourcesOf(jobs: string): ConstructorParameters<typeof JobLoader>[0] {
  return { jobs, calendars: [], names: {} }
}

function loaderOf(folder: string): JobLoader {
  return new JobLoader(sourcesOf(folder))
}

function storedOf({ jobs }: LoadedJobs): Map<string, StoredDefinition> {
  return new Map(jobs.map(({ id, hash, json, adHoc }) => [id, { jobId: id, hash, json, adHoc }]))
}

function recordedLoader(folder: string, loaded: LoadedJobs): JobLoader {
  return new JobLoader(sourcesOf(folder), { record: loaded.record, stored: storedOf(loaded) })
}

function jobIn({ jobs }: LoadedJobs, id: string): LoadedJobs['jobs'][number] {
  const job = jobs.find((one) => one.id === id)
  assert.ok(job, id)
  return job
}

function plain({ folder, environment, entries, diagnostics }: JobRecord): unknown {
  const rows = [...entries].map(([id, entry]) => [id, entry.digest, entry.hash, entry.diagnostics])
  return { folder, environment, rows, diagnostics }
}
