import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { run, write } from '../conformance/fixture.ts'
import { type Store, StoreError } from '../port/index.ts'
import { openSqliteStore } from './index.ts'

test('SQLITE30: a damaged row is refused by name, and other runs are read as before', async (t) => {
  const edits = [
    'UPDATE runs SET state = 77 WHERE num = 2',
    `UPDATE runs SET args = '{' WHERE num = 2`,
    `UPDATE runs SET detail = NULL WHERE num = 2`,
    `UPDATE runs SET detail = '{"handle":null,"unreachableSince":null}' WHERE num = 2`,
    'UPDATE runs SET bound = 99 WHERE num = 2',
    'UPDATE runs SET bound = NULL WHERE num = 2',
    'UPDATE runs SET job = 99 WHERE num = 2',
  ]
  for (const sql of edits) {
    const store = await edited(t, 'runs.db', sql)
    await assert.rejects(store.read.run('r2'), damaged(/r2/), sql)
    await assert.rejects(store.read.runs({ filter: {}, limit: 9 }), damaged(/r2/), sql)
    assert.deepEqual(await store.read.run('r1'), run(1, 'running'))
  }
})

test('SQLITE31: an output with a piece missing is refused by name', async (t) => {
  const store = await edited(t, 'outputs.db', 'DELETE FROM chunks WHERE start = 6000')
  await assert.rejects(store.read.output('r1', 'out', 0, 20_000), damaged(/"out" of r1.*6000/))
  assert.equal((await store.read.output('r1', 'out', 0, 6_000))?.length, 6_000)
  assert.equal((await store.read.output('r1', 'out', 12_000, 18_000))?.length, 6_000)
})

test('SQLITE87: a database with a damaged head of a table or index is not opened, and says the ways out', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  t.after(() => rm(folder, { recursive: true }))
  await (await openSqliteStore({ folder })).close()
  for (const name of ['runs.db', 'outputs.db']) {
    const path = join(folder, name)
    const sound = await readFile(path)
    const db = new DatabaseSync(path)
    const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size'])
    const heads = db.prepare('SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0').all()
    db.close()
    assert.ok(heads.length > 0)
    for (const { name: part, rootpage } of heads) {
      const bad = Buffer.from(sound)
      bad.fill(0xff, (Number(rootpage) - 1) * size, (Number(rootpage) - 1) * size + 8)
      await writeFile(path, bad)
      const said = new RegExp(`${name} is damaged .*apsisctl restore`)
      await assert.rejects(openSqliteStore({ folder }), damaged(said), `${name}: ${String(part)}`)
    }
    await writeFile(path, sound)
  }
  await (await openSqliteStore({ folder })).close()
})

/** A store whose folder was edited behind its back. */
async function edited(t: TestContext, file: string, sql: string): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  const before = await openSqliteStore({ folder })
  await before.commit({ runs: [write(run(1, 'running')), write(run(2, 'running'))] })
  for (const offset of [0, 6_000, 12_000]) {
    await before.appendOutput([{ runId: 'r1', outputId: 'out', offset, data: new Uint8Array(6_000) }])
  }
  await before.close()
  const db = new DatabaseSync(join(folder, file))
  assert.equal(db.prepare(sql).run().changes, 1)
  db.close()
  const store = await openSqliteStore({ folder })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return store
}

function damaged(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === 'STORE_DAMAGED' && message.test(error.message)
}
