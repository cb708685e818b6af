import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { startTestServer, type TestServer } from '../command/fixture/server.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { apsisctl } from './index.ts'

const HOST = {
  serve: () => assert.fail('no server is wanted'),
  onTermination: () => () => {},
  restart: () => assert.fail('no server is wanted'),
}

async function started(t: TestContext): Promise<{ readonly server: TestServer; readonly data: string }> {
  const server = await startTestServer()
  t.after(() => server.stop())
  return { server, data: join(dirname(server.jobs), 'data') }
}

async function audit(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { context, out, err } = recorded('', null)
  const code = await apsisctl(['audit', ...args], context, HOST)
  return { code, out: out(), err: err() }
}

test('audit holds a data folder against the invariants, beside its server', async (t) => {
  const { data } = await started(t)
  const { code, out } = await audit('--data', data)
  assert.equal(code, 0, out)
  assert.match(out, /^INV1 +instant-undecided +ok\n/)
  assert.match(out, /\n\d+ checks, all hold; as of .*, beside a running server\n$/)
})

test('audit says what breaks an invariant, and ends with 1; as JSON too', async (t) => {
  const { data } = await started(t)
  const db = new DatabaseSync(join(data, 'runs.db'))
  db.exec("UPDATE counters SET value = -1 WHERE name = 'seq'")
  db.close()
  const text = await audit('--data', data)
  assert.equal(text.code, 1)
  assert.match(
    text.out,
    /INV8 +number-above-counter +1 violation\n.*\n {7}- facts: have number \d+, the next to give out is 0\n/,
  )
  const json = await audit('--data', data, '--format', 'json')
  assert.equal(json.code, 1)
  assert.match(json.out, /"id": ?"number-above-counter"/)
})

test('audit of no data folder, or within a duration that is none, is refused', async () => {
  const none = await audit('--data', '/nowhere/data')
  assert.equal(none.code, 1)
  assert.match(none.err, /\/nowhere\/data is no data folder: it has no runs\.db/)
  const odd = await audit('--within', 'soon')
  assert.equal(odd.code, 2)
  assert.match(odd.err, /--within: /)
})
