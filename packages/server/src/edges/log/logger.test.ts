import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { named, openLogger } from './logger.ts'

async function twoFiles(t: TestContext): Promise<readonly [string, string]> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-logger-'))
  t.after(() => rm(folder, { recursive: true }))
  return [join(folder, 'human'), join(folder, 'json')]
}

test('each output gets every line of the level and above, in its format', async (t) => {
  const [human, json] = await twoFiles(t)
  const log = await openLogger({
    level: 'info',
    outputs: [
      { to: human, format: 'human' },
      { to: json, format: 'json' },
    ],
  })
  log.debug('not this')
  log.info('started', { jobs: 3 })
  named(log, 'store').error('full', { event: 'store.failing', error: 'no space' })
  await log.close()
  const lines = (await readFile(json, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)
  const times = lines.map((line) => {
    assert.ok(typeof line === 'object' && line !== null && 'time' in line && typeof line.time === 'string')
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    return line.time
  })
  assert.deepEqual(lines, [
    { level: 'info', time: times[0], jobs: 3, msg: 'started' },
    { level: 'error', time: times[1], name: 'store', event: 'store.failing', error: 'no space', msg: 'full' },
  ])
  assert.equal(
    await readFile(human, 'utf8'),
    `${times[0]} I        started jobs=3\n${times[1]} E store  full event=store.failing error="no space"\n`,
  )
})

test('levels', async (t) => {
  for (const [level, expected] of [
    ['debug', 'DIWE'],
    ['info', 'IWE'],
    ['warning', 'WE'],
    ['error', 'E'],
    ['critical', ''],
  ] as const) {
    const [path] = await twoFiles(t)
    const log = await openLogger({ level, outputs: [{ to: path, format: 'human' }] })
    log.debug('x')
    log.info('x')
    log.warn('x')
    log.error('x')
    await log.close()
    const letters = (await readFile(path, 'utf8')).split('\n').map((line) => line[25] ?? '')
    assert.equal(letters.join(''), expected, level)
  }
})

test('where one output cannot be opened, none stays open', async (t) => {
  const [human] = await twoFiles(t)
  const outputs = [human, join(human, 'below-a-file')].map((to) => ({ to, format: 'human' as const }))
  await assert.rejects(openLogger({ level: 'info', outputs }), /ENOTDIR/)
})
