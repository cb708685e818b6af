import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../sqlite/index.ts'
import { historyJobId, makeHistory } from './history.ts'

test('makes a history that reads like that of a server, and nothing where there is one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-history-'))
  t.after(() => rm(folder, { recursive: true }))
  const options = { folder, runs: 3_000, until: 1_764_000_000_000 }
  await makeHistory(options)
  await assert.rejects(makeHistory(options), /has runs already/)
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  const { runs, next } = await store.read.runs({ filter: {}, limit: 10_000 })
  assert.equal(runs.length, 3_000)
  assert.equal(next, null)
  const states = Map.groupBy(runs, ({ state }) => state)
  assert.deepEqual([...states.keys()].toSorted(), ['error', 'failure', 'skipped', 'success'])
  assert.ok((states.get('success')?.length ?? 0) > 2_700)
  assert.equal((await store.read.metas(runs.slice(0, 1_000).map(({ id }) => id))).size, 250)
  assert.deepEqual(
    (await store.read.log('r77')).map(({ seq, fact }) => [seq, 'state' in fact ? fact.state : null]),
    [
      [305, 'scheduled'],
      [306, 'starting'],
      [307, 'running'],
      [308, runs.find(({ id }) => id === 'r77')?.state],
    ],
  )
  assert.equal(await store.read.lastSeq(), 12_000)
  assert.equal(await store.read.nextRun(), 3_001)
  assert.equal((await store.read.countInstants(0, options.until + 1)).started, 2_700)
  assert.ok((await store.read.countRuns({ jobId: historyJobId(3) }, 10_000)) > 50)
  assert.deepEqual(await store.read.liveRuns(), [])
})
