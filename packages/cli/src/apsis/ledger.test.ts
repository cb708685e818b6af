import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer, type TestServer } from '../command/fixture/server.ts'
import { apsisctl } from '../apsisctl/index.ts'
import { apsis } from './index.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

test('the ledger is shown, for people and for programs; what is no time or verdict is refused', async () => {
  const { context, out, err } = recorded(server.base)
  assert.equal(await apsis(['ledger', '--from', '-2h', '--to', '+1h', '--verdict', 'missed,undecided'], context), 0)
  assert.match(out(), /^due +job +run +verdict +reason\n[^]*all jobs: nothing was due\n$/)
  const programs = recorded(server.base)
  assert.equal(await apsis(['ledger', 'hello', '--format', 'json'], programs.context), 0)
  const json: unknown = JSON.parse(programs.out())
  assert.ok(typeof json === 'object' && json !== null && 'instants' in json && Array.isArray(json.instants))
  assert.equal(err(), '')
  for (const wrong of [
    ['--from', 'soon'],
    ['--verdict', 'lost'],
    ['--limit', '0'],
  ]) {
    const refused = recorded(server.base)
    assert.equal(await apsis(['ledger', ...wrong], refused.context), 2)
    assert.match(refused.err(), /expected/)
    assert.match(refused.err(), new RegExp(wrong[0] ?? ''))
  }
  const unknown = recorded(server.base)
  assert.equal(await apsis(['ledger', 'demo/helo'], unknown.context), 1)
  assert.match(unknown.err(), /^did you mean 'demo\/hello'\?\nError: no job_id demo\/helo /)
})

test('the check of a healthy server says that all fits together', async () => {
  const { context, out } = recorded(server.base)
  const host = {
    serve: () => Promise.reject(new Error('not asked for')),
    onTermination: () => () => {},
    restart: () => {
      throw new Error('not asked for')
    },
  }
  assert.equal(await apsisctl(['sanity'], context, host), 0)
  assert.match(out(), /^unaccounted: 0\nunscheduled: 0 [^]*schedules and ledger compared from /)
})
