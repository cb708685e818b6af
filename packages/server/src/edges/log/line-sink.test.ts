import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, symlink, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { LineSink } from './line-sink.ts'

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'apsis-log-'))
  t.after(() => rm(made, { recursive: true }))
  return made
}

const quiet = { dropped: (lines: number) => `dropped ${lines}\n`, trouble: () => {} }

test('lines are appended in order, and all are there when it is closed', async (t) => {
  const path = join(await folder(t), 'log')
  for (const round of [0, 1]) {
    const sink = await LineSink.open({ to: path, ...quiet })
    for (let line = 0; line < 20_000; line++) sink.write(`${round} ${line}\n`)
    await sink.close()
    sink.write('too late\n')
  }
  const lines = (await readFile(path, 'utf8')).split('\n')
  assert.deepEqual(
    lines.slice(0, -1),
    [0, 1].flatMap((round) => Array.from({ length: 20_000 }, (_, line) => `${round} ${line}`)),
  )
})

test('a file that was renamed is left, and a new one begun', async (t) => {
  const path = join(await folder(t), 'log')
  const sink = await LineSink.open({ to: path, ...quiet })
  sink.write('one\n')
  await rename(path, `${path}.1`)
  sink.reopen()
  sink.write('two\n')
  await sink.close()
  assert.equal((await readFile(`${path}.1`, 'utf8')) + (await readFile(path, 'utf8')), 'one\ntwo\n')
  assert.match(await readFile(path, 'utf8'), /two\n$/)
})

test('a file that cannot be opened is told', async (t) => {
  const path = join(await folder(t), 'none', 'log')
  await assert.rejects(LineSink.open({ to: path, ...quiet }), /ENOENT/)
})

test('a pipe that nobody reads holds nobody up; what does not fit is dropped, and the gap says so', async (t) => {
  const path = join(await folder(t), 'pipe')
  assert.equal(spawnSync('mkfifo', [path]).status, 0)
  // Both ends, so that opening does not wait; it is read only later.
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const sink = await LineSink.open({ to: path, most: 200_000, ...quiet })
  const line = `${'x'.repeat(99)}\n`
  const before = performance.now()
  for (let n = 0; n < 10_000; n++) sink.write(line)
  assert.ok(performance.now() - before < 2_000)
  let text = ''
  const buffer = Buffer.alloc(1 << 16)
  const drain = (): void => {
    try {
      for (;;) text += buffer.toString('latin1', 0, readSync(reader, buffer))
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'EAGAIN')
    }
  }
  const reading = setInterval(drain, 1)
  await sink.close()
  clearInterval(reading)
  drain()
  closeSync(reader)
  const lines = text.split('\n').filter((one) => one !== '')
  const told = lines.filter((one) => one.startsWith('dropped '))
  const dropped = told.reduce((sum, one) => sum + Number(one.slice(8)), 0)
  assert.ok(told.length > 0 && dropped > 0)
  assert.equal(lines.length - told.length + dropped, 10_000)
})

test('a full disk is told once, costs bounded memory, and a file elsewhere takes what waits', async (t) => {
  const path = join(await folder(t), 'log')
  const troubles: (string | null)[] = []
  const told = Promise.withResolvers<void>()
  // Always full.
  await symlink('/dev/full', path)
  const sink = await LineSink.open({
    to: path,
    most: 1_000,
    dropped: quiet.dropped,
    trouble: (error) => {
      troubles.push(error === null ? null : (error.message.split(':', 1)[0] ?? ''))
      told.resolve()
    },
  })
  for (let n = 0; n < 100; n++) sink.write(`${'y'.repeat(99)}\n`)
  await told.promise
  sink.flushNow()
  await unlink(path)
  sink.reopen()
  await sink.close()
  assert.deepEqual(troubles, ['ENOSPC', null])
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  assert.equal(lines.length, 11)
  assert.equal(lines.at(-1), 'dropped 90')
})

test('at the end of a process what waits is written at once', async (t) => {
  const path = join(await folder(t), 'log')
  const url = new URL('./line-sink.ts', import.meta.url).href
  const program = `
    const { LineSink } = await import(${JSON.stringify(url)})
    const sink = await LineSink.open({ to: ${JSON.stringify(path)}, dropped: () => '', trouble: () => {} })
    process.on('exit', () => sink.flushNow())
    sink.write('first\\n')
    sink.write('second\\n')
    process.exit(0)`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
  assert.deepEqual((await readFile(path, 'utf8')).split('\n').sort(), ['', 'first', 'second'])
})
