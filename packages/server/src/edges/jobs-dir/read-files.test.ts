import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FILES_AT_ONCE, readFiles } from './read-files.ts'

test('every file comes, however many', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-read-'))
  t.after(() => rm(folder, { recursive: true }))
  const count = FILES_AT_ONCE * 2 + 1
  for (let n = 0; n < count; n++) await writeFile(join(folder, `${n}.yaml`), `n: ${n}\n`)
  const found = await readFiles({ folder, maxBytes: { '.yaml': 6 } })
  assert.equal(found.length, count)
  for (const file of found) {
    const number = file.path.replace('.yaml', '')
    assert.equal(file.ok ? file.text : file.large, number.length <= 2 ? `n: ${number}\n` : true)
  }
})

test('a thread that crashes, or ends too early, is an error', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-read-'))
  t.after(() => rm(folder, { recursive: true }))
  const order = { folder, maxBytes: { '.yaml': 1_000 } }
  await writeFile(join(folder, 'throws.mjs'), 'throw new Error("out of luck")\n')
  await assert.rejects(readFiles(order, join(folder, 'throws.mjs')), /out of luck/)
  await writeFile(join(folder, 'exits.mjs'), 'process.exit(3)\n')
  await assert.rejects(readFiles(order, join(folder, 'exits.mjs')), /ended with exit code 3/)
  await assert.rejects(readFiles({ ...order, folder: join(folder, 'gone') }), /ENOENT/)
})
