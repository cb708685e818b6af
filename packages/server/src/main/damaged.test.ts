import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { StoreError } from '@apsis/store/port'
import { openSqliteStore } from '@apsis/store/sqlite'
import { quietServer } from '../fixture/index.ts'
import { begin } from './beginnings.ts'
import { composeServer } from './compose.ts'
import { startServer } from './start-server.ts'

test('a server does not start on a store of which it cannot read what it has to, and says the ways out', async (t) => {
  const { dataFolder, jobsFolder } = await places(t)
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

test('a server does not start where it cannot read what ages counted by: retention would go by a clock that may be wrong', async (t) => {
  const { dataFolder, jobsFolder } = await places(t)
  const options = quietServer(dataFolder, jobsFolder)
  const begun = await begin(options)
  assert.ok(begun.ok)
  const { store } = begun.beginnings
  // This one read alone: those of the engine, which come after it, go well.
  t.mock.method(
    store.read,
    'records',
    () => Promise.reject(new StoreError('STORE_TIMEOUT', 'settings took over 10 s to read')),
    { times: 1 },
  )
  const started = await composeServer(options, begun.beginnings)
  if (started.ok) await started.server.stop()
  assert.deepEqual(started, {
    ok: false,
    code: 'STORE_TIMEOUT',
    message: 'settings took over 10 s to read. What is wrong with it: apsisctl check-db',
    diagnostics: [],
  })
  await (await openSqliteStore({ folder: dataFolder })).close()
})

test('a server that cannot read its jobs says so, and lets go of the store', async (t) => {
  const { dataFolder, jobsFolder } = await places(t)
  const store = await openSqliteStore({ folder: dataFolder })
  await store.commit({ jobs: [{ jobId: 'a', hash: 'h', json: {}, adHoc: false }] })
  await store.close()
  const db = new DatabaseSync(join(dataFolder, 'runs.db'))
  db.exec(`UPDATE definitions SET json = '{'`)
  db.close()
  // Where one is damaged, and where no read of them comes to its end.
  for (const [said, times] of [
    ['job a cannot be read', 0],
    ['jobs took over 10 s to read', 1],
  ] as const) {
    const failing = (): Promise<never> => Promise.reject(new StoreError('STORE_TIMEOUT', said))
    if (times > 0) t.mock.method(Object.getPrototypeOf(store.read), 'jobs', failing, { times })
    const started = await startServer(quietServer(dataFolder, jobsFolder))
    assert.ok(!started.ok)
    assert.ok(started.code.startsWith('STORE_') && started.message.startsWith(said), started.message)
    await (await openSqliteStore({ folder: dataFolder })).close()
  }
})

/** Where a data folder is made, and an empty job folder. */
async function places(t: TestContext): Promise<{ readonly dataFolder: string; readonly jobsFolder: string }> {
  const base = await mkdtemp(join(tmpdir(), 'apsis-damaged-'))
  t.after(() => rm(base, { recursive: true }))
  const [dataFolder, jobsFolder] = [join(base, 'data'), join(base, 'jobs')]
  await mkdir(jobsFolder)
  return { dataFolder, jobsFolder }
}
