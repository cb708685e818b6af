import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openServerLog, tendLog } from './server-log.ts'

const SAID_NOTHING = { level: null, format: null, file: null, fileFormat: null }
// Nothing of the tests is to go to stderr.
const SILENT = { level: 'critical', format: null, file: null } as const

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-server-log-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('the file of the command line goes before that of the config, which is relative to its folder', async (t) => {
  const folder = await folderFor(t)
  for (const [flag, expected] of [
    [null, 'config.log'],
    [join(folder, 'flag.log'), 'flag.log'],
  ] as const) {
    const opened = await openServerLog({ ...SILENT, file: flag }, { ...SAID_NOTHING, file: 'config.log' }, folder)
    assert.ok(opened.ok)
    await opened.log.close()
    assert.equal(await readFile(join(folder, expected), 'utf8'), '')
  }
})

test('a file that cannot be opened is told, with what to do', async (t) => {
  const path = join(await folderFor(t), 'none', 'log')
  const opened = await openServerLog({ ...SILENT, file: path }, SAID_NOTHING, '/')
  assert.ok(!opened.ok)
  assert.match(opened.message, /^cannot open the log file .*none\/log: ENOENT.*; its folder has to be there$/)
})

test('at SIGHUP a file that was renamed is begun anew', async (t) => {
  const folder = await folderFor(t)
  const path = join(folder, 'log')
  const opened = await openServerLog({ ...SILENT, file: path }, SAID_NOTHING, folder)
  assert.ok(opened.ok)
  const before = process.listenerCount('SIGHUP')
  const untended = tendLog(opened.log, true)
  await rename(path, `${path}.1`)
  const heard = once(process, 'SIGHUP')
  process.kill(process.pid, 'SIGHUP')
  await heard
  await opened.log.close()
  assert.equal(await readFile(path, 'utf8'), '')
  untended()
  assert.equal(process.listenerCount('SIGHUP'), before)
})

test('without a file SIGHUP keeps its meaning', async () => {
  const opened = await openServerLog(SILENT, SAID_NOTHING, '/')
  assert.ok(opened.ok)
  const before = process.listenerCount('SIGHUP')
  const untended = tendLog(opened.log, false)
  assert.equal(process.listenerCount('SIGHUP'), before)
  untended()
  await opened.log.close()
})
