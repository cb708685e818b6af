import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkArchives } from './archive-paths.ts'

test('an archive is no file of the data folder, however it is named, and its folder is there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-archives-'))
  t.after(() => rm(folder, { recursive: true }))
  const data = join(folder, 'data')
  const check = (archive: string) =>
    checkArchives([{ job: '**', states: ['success'], age: 1, count: null, archive }], data)
  for (const own of [join(data, 'runs.db'), '../data/outputs.db', 'x/../lock.db', '.']) {
    assert.match((await check(own)).error ?? '', /of the data folder itself; name another/, own)
  }
  for (const fine of ['old.db', join(folder, 'runs.db')])
    assert.deepEqual(await check(fine), { error: null, warnings: [] })
  const { error, warnings } = await check('../elsewhere/old.db')
  assert.equal(error, null)
  assert.match(warnings.join(), /folder of the archive .*elsewhere\/old\.db is not there/)
  await mkdir(join(folder, 'elsewhere'))
  assert.deepEqual((await check('../elsewhere/old.db')).warnings, [])
})
