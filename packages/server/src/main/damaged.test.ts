import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqliteStore } from '@apsis/store/sqlite'
import { quietServer } from '../fixture/index.ts'
import { startServer } from './start-server.ts'

test('a server does not start on a store of which it cannot read what it has to, and says the ways out', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'apsis-damaged-'))
  t.after(() => rm(base, { recursive: true }))
  const [dataFolder, jobsFolder] = [join(base, 'data'), join(base, 'jobs')]
  await mkdir(jobsFolder)
  const store = await openSqliteStore({ folder: dataFolder })
  await store.commit({ records: [{ kind: 'drain', id: 'c', json: { since: 1, reason: null } }] })
  await store.close()
  const db = new DatabaseSync(join(dataFolder, 'runs.db'))
  db.exec(`UPDATE records SET json = '{'`)
  db.close()
  const started = await startServer(quietServer(dataFolder, jobsFolder))
  assert.ok(!started.ok)
  assert.equal(started.code, 'STORE_DAMAGED')
  assert.match(started.message, /^drain c cannot be read: .*apsisctl check-db/)
  // Nothing is left open: the folder can be taken again.
  await (await openSqliteStore({ folder: dataFolder })).close()
})
