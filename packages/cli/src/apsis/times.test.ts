import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer, type TestServer } from '../command/fixture/server.ts'
import { apsis } from './index.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.stop())

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { context, out, err } = recorded(server.base)
  const code = await apsis(args, context)
  return { code, out: out(), err: err() }
}

/** A daytime so far from now, to the minute, in UTC. */
function daytime(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16)
}

test('a daytime is the next one with seconds or without; a time that has passed is told before it acts', async () => {
  const past = daytime(-10)
  for (const text of [past, `${past}:00`]) {
    const { out, err } = await run('schedule', text, 'hello', 'name=x')
    assert.match(out, new RegExp(`\\[O\\] scheduled at \\S+ ${past}:00\\n$`))
    assert.equal(err, '')
    const id = /r\d+/.exec(out)?.[0] ?? ''
    const moved = await run('move', text, id)
    assert.deepEqual(moved, { code: 0, out: '', err: '' })
    assert.match((await run('run', id)).out, new RegExp(`scheduled at \\S+ ${past}:00\\n$`))
    const at = await run('move', '2026-01-31T09:30:00Z', id)
    assert.equal(at.err, '2026-01-31T09:30:00Z is 2026-01-31 09:30:00, which has passed: due at once\n')
  }
})

test('a time ago needs no --, wherever options stand', async () => {
  const words = [
    ['schedule', '-5min', 'hello', 'name=a'],
    ['schedule', '--count', '2', '-5min', 'hello', 'name=a'],
    ['schedule', '-5min', 'hello', 'name=a', '--reason', '-1'],
    ['schedule', '--', '-5min', 'hello', 'name=a'],
  ]
  for (const args of words) {
    const { code, err } = await run(...args)
    assert.equal(code, 0, err)
    assert.match(err, /^-5min is \S+ \S+, which has passed: due at once\n$/)
  }
  assert.match((await run('schedule', '-x', 'hello')).err, /unknown option '-x'/)
})

test('what is no time says whose it was to be', async () => {
  for (const [name, args] of [
    ['TIME', ['schedule', 'foo', 'hello']],
    ['TIME', ['move', 'foo', 'r1']],
    ['--stop-time', ['schedule', 'now', 'hello', '--stop-time', 'foo']],
    ['--until', ['hold', 'r1', '--until', 'foo']],
    ['--until', ['pause', 'hello', '--until', 'foo']],
    ['--from', ['ledger', '--from', 'foo']],
  ] as const) {
    const { code, err } = await run(...args)
    assert.deepEqual([code, err.startsWith(`Error: ${name}: not a time: foo; expected `)], [2, true], err)
  }
})

test('an ad hoc program is looked up, has a reason, and does not swallow a misspelt option', async () => {
  const made = await run(
    'adhoc',
    '+1h',
    '--label',
    'cleanup',
    '--reason',
    'because',
    'sleep',
    '-1',
    '--x',
    '--format',
    'json',
  )
  assert.equal(made.code, 0, made.err)
  assert.match(made.out, /"argv": \[\s*"sleep",\s*"-1",\s*"--x"\s*\],\s*"search_path": true/)
  const id = /"run_id": "(r\d+)"/.exec(made.out)?.[1] ?? ''
  assert.match((await run('run', id, '-v')).out, /: because\n/)
  const wrong = await run('adhoc', '+1h', '--lable', 'cleanup', 'sleep', '1')
  assert.deepEqual(wrong, {
    code: 2,
    out: '',
    err: "Error: unknown option '--lable': options of CMD stand after its name\n",
  })
})

test('a reader whose time zone is none is told so before anything is done', async () => {
  const { context, out, err } = recorded(server.base)
  const code = await apsis(['runs'], { ...context, terminal: { ...context.terminal, zone: 'Mars/X' } })
  assert.deepEqual([code, out()], [2, ''])
  assert.match(err(), /^Error: unknown time zone: Mars\/X; .* TZ/)
})
