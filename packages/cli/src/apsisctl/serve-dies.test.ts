import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const PROGRAM = join(import.meta.dirname, '../bin/apsisctl.mjs')
const END_THREAD = join(import.meta.dirname, 'fixture/end-thread.ts')

for (const [thread, at] of [
  ['runs-writer', 'start'],
  ['reader', 'start'],
  ['runs-writer', 'opened'],
  ['outputs-writer', 'opened'],
] as const) {
  test(`a server of which the ${thread} died ${at === 'start' ? 'at its start' : 'once it was open'}, and before it served, ends with 1 and says so`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'apsis-dies-'))
    t.after(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'jobs'))
    const where = ['--data', join(folder, 'data'), '--jobs', join(folder, 'jobs'), '--bind', '127.0.0.1:0']
    const server = spawn(process.execPath, ['--import', END_THREAD, PROGRAM, 'serve', ...where], {
      env: { ...process.env, END_THREAD: thread, END_AT: at, PROCSTAR_AGENT_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    })
    const [out, err] = await Promise.all([text(server.stdout), text(server.stderr), once(server, 'exit')])
    const said = `the server cannot go on, before it has started: the thread ${thread} ended; start it again`
    assert.deepEqual([out, server.exitCode, server.signalCode], ['', 1, null], err)
    assert.ok(err.endsWith(`\nError: ${said}\n`), err)
    assert.ok(err.includes(`E server ${said} event=server.failed`), err)
    assert.doesNotMatch(err, /server\.started/)
  })
}
