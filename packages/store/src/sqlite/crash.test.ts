import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { runId } from '@apsis/core/run'
import { refusal } from '../conformance/place.ts'
import { openWriter } from './connection.ts'
import { openSqliteStore } from './index.ts'

test('SQLITE20: kill -9 in the middle of commits loses nothing that was acknowledged', async (t) => {
  for (const batches of [1, 40, 400]) {
    const folder = await tempFolder(t)
    const acknowledged = await killedAfter(t, folder, batches)
    assert.ok(acknowledged.length >= batches)
    const store = await openSqliteStore({ folder })
    const newest = Number((await store.read.runs({ filter: {}, limit: 1 })).runs[0]?.id.slice(1))
    // Whole batches only, in order: two runs each, the one before finished.
    assert.ok(newest % 2 === 0 && newest / 2 >= Math.max(...acknowledged))
    assert.equal(await store.read.countRuns({}, 1_000_000), newest)
    assert.equal(await store.read.countRuns({ states: ['success'] }, 1_000_000), newest - 2)
    assert.equal(await store.read.lastSeq(), 2 * newest - 2)
    for (const batch of acknowledged) {
      assert.deepEqual(await store.read.output(runId(2 * batch), 'o', 0, 9), new Uint8Array([batch & 255]))
    }
    await store.close()
  }
})

test('SQLITE21: while a process has the folder another is refused, and kill -9 frees it', async (t) => {
  const folder = await tempFolder(t)
  const child = start(t, folder)
  for await (const line of lines(child)) if (line === 'open') break
  await assert.rejects(openSqliteStore({ folder }), refusal('STORE_LOCKED'))
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  const store = await openSqliteStore({ folder })
  await store.close()
})

test('SQLITE22: databases are written with a write-ahead log that is synced at every commit', async (t) => {
  const db = openWriter(join(await tempFolder(t), 'any.db'), 1_024)
  assert.deepEqual({ ...db.prepare('PRAGMA journal_mode').get() }, { journal_mode: 'wal' })
  // 2 is FULL.
  assert.deepEqual({ ...db.prepare('PRAGMA synchronous').get() }, { synchronous: 2 })
  db.close()
})

/** Starts the program, kills it when it has acknowledged that many batches, and gives all that it acknowledged. */
async function killedAfter(t: TestContext, folder: string, batches: number): Promise<readonly number[]> {
  const child = start(t, folder)
  const acknowledged: number[] = []
  for await (const line of lines(child)) {
    if (line === 'open') continue
    const [batch, conflicts] = line.split(' ')
    assert.equal(conflicts, '0')
    acknowledged.push(Number(batch))
    if (acknowledged.length === batches) child.kill('SIGKILL')
  }
  return acknowledged
}

function start(t: TestContext, folder: string): ChildProcess {
  const program = join(import.meta.dirname, 'fixtures', 'commit-for-ever.ts')
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

function lines(child: ChildProcess): AsyncIterable<string> {
  assert.ok(child.stdout !== null)
  return createInterface({ input: child.stdout })
}

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
