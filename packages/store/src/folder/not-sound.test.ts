import assert from 'node:assert/strict'
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { auditFolder } from '../audit/index.ts'
import { T0 } from '../conformance/fixture.ts'
import { StoreError } from '../port/index.ts'
import { checksum } from './files.ts'
import { filledStore, made, places } from './fixture.ts'
import { backUp, checkFolder, databaseVersions, isOutdated, migrateFolder, restore } from './index.ts'

test('FOLDER26: what a migration that was killed left is taken back by whatever looks at the folder next, and the migration goes on', async (t) => {
  const { folder, data } = await places(t)
  await (await filledStore(t, data)).close()
  // One that a migration writes anew.
  const old = new DatabaseSync(join(data, 'runs.db'))
  old.exec('PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = 0; VACUUM; PRAGMA journal_mode = WAL')
  old.close()
  const killed = async (name: string): Promise<string> => {
    const place = join(folder, name)
    await cutShort(data, place)
    assert.ok((await readdir(place)).includes('runs.db-journal'))
    return place
  }
  const one = await killed('one')
  const findings = [...checkFolder(one, false)].filter((found) => found !== null)
  assert.deepEqual(findings, [])
  const audited = (place: string): unknown => auditFolder({ folder: place, now: T0, bound: 60_000 })
  assert.deepEqual(audited(await killed('two')), audited(data))
  await made(await killed('three'), join(folder, 'copy'))
  const four = await killed('four')
  assert.equal(isOutdated(databaseVersions(four)), true)
  await migrateFolder(four)
  assert.equal(isOutdated(databaseVersions(four)), false)
  assert.deepEqual(
    (await readdir(four)).filter((name) => /journal|new/.test(name)),
    [],
  )
  const db = new DatabaseSync(join(four, 'runs.db'), { readOnly: true })
  assert.equal(db.prepare('SELECT count(*) AS runs FROM runs WHERE args IS NOT NULL').get()?.['runs'], 21)
  assert.equal(db.prepare(`SELECT count(*) AS runs FROM runs WHERE args = 'half'`).get()?.['runs'], 0)
  db.close()
})

test('FOLDER27: a database that no server would start with is not backed up, and nothing is left of the backup', async (t) => {
  const { folder, data } = await places(t)
  await (await filledStore(t, data)).close()
  for (const name of ['runs.db', 'outputs.db']) {
    const sound = await readFile(join(data, name))
    await writeFile(join(data, name), spoilt(sound))
    await assert.rejects(backUp({ ...ASKED, data, destination: join(folder, 'copy') }), (error: unknown) => {
      assert.ok(error instanceof StoreError && error.code === 'STORE_DAMAGED', String(error))
      assert.match(error.message, new RegExp(`${name} is damaged .* No backup was made.*cp -r`))
      return true
    })
    assert.deepEqual(await readdir(folder), ['data'])
    await writeFile(join(data, name), sound)
  }
  await made(data, join(folder, 'copy'))
})

test('FOLDER27: a backup of such a database, from before that was looked at, is not restored, forced or not', async (t) => {
  const { folder, data } = await places(t)
  await (await filledStore(t, data)).close()
  const source = join(folder, 'copy')
  for (const name of ['runs.db', 'outputs.db']) {
    const manifest = await made(data, source)
    await writeFile(join(source, name), spoilt(await readFile(join(source, name))))
    const sha256 = await checksum(join(source, name))
    const files = manifest.files.map((file) => (file.name === name ? { ...file, sha256 } : file))
    await writeFile(join(source, 'backup.json'), JSON.stringify({ ...manifest, files }))
    const before = (await readdir(folder)).sort()
    for (const [force, place] of [
      [false, 'back'],
      [true, 'data'],
    ] as const) {
      const asked = { source, data: join(folder, place), force, time: T0, stamp: 'x' }
      await assert.rejects(restore(asked), (error: unknown) => {
        assert.ok(error instanceof StoreError && error.code === 'STORE_DAMAGED', String(error))
        assert.match(error.message, new RegExp(`copy/${name} is damaged .*Use another backup`))
        return true
      })
    }
    assert.deepEqual((await readdir(folder)).sort(), before)
    await rename(source, join(folder, `was-${name}`))
  }
})

const ASKED = { version: '1', time: '2026-01-31T09:00:00Z', progress: () => {} }

/** A database of which the heads of some tables are overwritten. */
function spoilt(sound: Buffer): Buffer {
  const bad = Buffer.from(sound)
  bad.fill(0xff, 3 * 4_096, 5 * 4_096)
  return bad
}

/** Copies a data folder as it is in the middle of a transaction that writes `runs.db` without a log beside it, as a migration does. */
async function cutShort(data: string, place: string): Promise<void> {
  await mkdir(place)
  const db = new DatabaseSync(join(data, 'runs.db'))
  try {
    // So small a cache that pages are written before the end.
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN')
    db.exec(
      `UPDATE runs SET args = 'half'; UPDATE facts SET text = text || ' '; UPDATE instants SET args = args || ' '`,
    )
    for (const name of ['runs.db', 'runs.db-journal', 'outputs.db']) await copyFile(join(data, name), join(place, name))
    db.exec('ROLLBACK')
  } finally {
    db.close()
  }
}
