import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openReader, openWriter } from './connection.ts'
import { LogSize } from './log-size.ts'

const LARGE = 200_000

test('SQLITE54: a log that is too large starts over, as soon as no reader keeps it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'any.db')
  const size = (): number => statSync(`${path}-wal`).size
  const db = openWriter(path, 1_024)
  const log = new LogSize(db, path, LARGE)
  db.exec('CREATE TABLE any (x)')
  const insert = db.prepare('INSERT INTO any VALUES (randomblob(20000))')
  const reader = openReader(path, 1_024)
  reader.exec('BEGIN')
  reader.prepare('SELECT * FROM any').all()
  for (let row = 0; row < 20; row++) {
    insert.run()
    log.check()
  }
  assert.ok(size() > 2 * LARGE)
  reader.exec('COMMIT')
  reader.close()
  for (let row = 0; row < 5; row++) {
    insert.run()
    log.check()
  }
  assert.ok(size() < LARGE)
  assert.equal(db.prepare('SELECT count(*) AS rows FROM any').get()?.['rows'], 25)
  db.close()
})
