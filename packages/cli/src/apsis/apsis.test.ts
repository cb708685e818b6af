import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SocketEvents } from '@apsis/api/client'
import { encodeOutputFrame } from '@apsis/api/feed'
import type { Context } from '../command/index.ts'
import { member } from '../command/fixture/member.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer, type TestServer } from '../command/fixture/server.ts'
import { apsis } from './index.ts'
import { PATIENCE } from './lost.ts'

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

/** Makes a run, and gives its id. */
async function made(...args: string[]): Promise<string> {
  const { out, code, err } = await run('schedule', '--format', 'json', ...args)
  assert.equal(code, 0, err)
  const json: unknown = JSON.parse(out)
  return String(member(json, 'run_id'))
}

test('jobs are listed, as a table or for programs, and filtered', async () => {
  const { out, code } = await run('jobs')
  assert.deepEqual(
    [code, out.split('\n').map((line) => line.split(/ {2,}/)[0])],
    [0, ['job_id', '----------', 'demo/fails', 'demo/hello', 'demo/long', '']],
  )
  const json: unknown = JSON.parse((await run('jobs', '--label', 'demo', '--format', 'json')).out)
  assert.ok(Array.isArray(json))
  assert.deepEqual(
    json.map((job: unknown) => member(job, 'job_id')),
    ['demo/hello'],
  )
})

test('a job is shown as YAML, found by part of its id', async () => {
  const { out } = await run('job', 'hel')
  assert.match(out, /^job_id: demo\/hello\nparams:\n {2}- name\n/)
})

test('a run is made, watched to its end, shown and listed', async () => {
  const id = await made('now', 'hello', 'name=world')
  assert.deepEqual((await run('watch', id)).code, 0)
  const shown = await run('run', id, '-v')
  assert.match(shown.out, new RegExp(`^run ${id} demo/hello\\(name=world\\)\nno-op: no-op`))
  assert.match(shown.out, /\[\+\] success at .* elapsed 0:00/)
  assert.match(shown.out, /\+00:00 success/)
  const listed = await run('runs', '--job', 'hello', '--state', 'success', '--arg', 'name=world')
  assert.match(listed.out, new RegExp(`${id} +\\[\\+\\] `))
  const asked = await run('runs', 'HELLO', 'state:success', `id:${id}`, 'since:1h', '!name=you')
  assert.match(asked.out, new RegExp(`${id} +\\[\\+\\] `))
  assert.doesNotMatch((await run('runs', `id:${id}`, '!state:success')).out, new RegExp(`${id} `))
  const json: unknown = JSON.parse((await run('run', id, '--format', 'json')).out)
  assert.equal(member(json, 'run_id'), id)
})

test('a run that fails makes watch end with 1', async () => {
  const { code, out } = await run('watch', await made('now', 'fails'))
  assert.equal(code, 1)
  assert.match(out, /failure/)
})

test('watch --json prints updates, --silent nothing', async () => {
  const id = await made('now', 'hello', 'name=x')
  await run('watch', id)
  const [line = ''] = (await run('watch', id, '--json')).out.split('\n')
  const update: unknown = JSON.parse(line)
  assert.equal(member(update, 'run', 'state'), 'success')
  assert.equal((await run('watch', id, '-s')).out, '')
})

test('runs to come are skipped; a skipped one is marked by the beginning of a state', async () => {
  const id = await made('+1h', 'hello', 'name=later')
  assert.deepEqual(await run('skip', id), { code: 0, out: '', err: '' })
  assert.deepEqual(await run('mark', 'succ', id), { code: 0, out: '', err: '' })
  assert.match((await run('run', id)).out, /\[\+\] success/)
})

test('a run is made again, and many at once', async () => {
  const id = await made('now', 'hello', 'name=x')
  assert.match((await run('rerun', id)).out, /^run r\d+ demo\/hello\(name=x\)/)
  assert.equal((await run('schedule', 'now', 'hello', 'name=x', '--count', '3')).out.match(/^run r/gm)?.length, 3)
})

test('a stop time is kept', async () => {
  const id = await made('2030-01-01T00:00:00Z', 'long', '--stop-time', '+90')
  const json: unknown = JSON.parse((await run('run', id, '--format', 'json')).out)
  assert.equal(member(json, 'times', 'stop'), '2030-01-01T00:01:30.000+00:00')
})

test('what the server refuses is told with its status, and ends with 1', async () => {
  assert.deepEqual(await run('run', 'r99999'), {
    code: 1,
    out: '',
    err: 'a run that was archived is shown with --archive FILE\nError: unknown run r99999 [API status: 404]\n',
  })
  assert.deepEqual(await run('output', 'r99999'), {
    code: 1,
    out: '',
    err: 'a run that was archived is shown with --archive FILE\nError: unknown run r99999 [API status: 404]\n',
  })
  const { code, err } = await run('schedule', 'now', 'hello')
  assert.deepEqual([code, err], [1, 'Error: missing args (name) for job demo/hello [API status: 400]\n'])
  const id = await made('+1h', 'hello', 'name=y')
  assert.deepEqual((await run('skip', 'r99999', id)).code, 1)
  assert.match((await run('run', id)).out, /skipped/)
})

/** Sockets and timers that do what the test says, on a server that is there. */
function wired() {
  const sockets: { readonly path: string; readonly events: SocketEvents }[] = []
  const waits: { readonly ms: number; readonly call: () => void }[] = []
  const { context, ...said } = recorded(server.base)
  const last = () => sockets.at(-1) ?? assert.fail('no socket')
  const fire = (ms: number): void => {
    const at = waits.findIndex((one) => one.ms === ms)
    waits.splice(at, 1)[0]?.call()
  }
  const opened = Promise.withResolvers<void>()
  const fake: Context = {
    ...context,
    sockets: () => (path, events) => {
      sockets.push({ path, events })
      opened.resolve()
      return { close: () => {} }
    },
    wait: (ms, call) => {
      const one = { ms, call }
      waits.push(one)
      return () => void waits.splice(waits.indexOf(one), 1)
    },
  }
  return { context: fake, ...said, last, fire, waits, opened: opened.promise }
}

const frame = (start: number, text: string) =>
  encodeOutputFrame({ start, total: 100, contentType: 'text/plain', data: Buffer.from(text) })

test('output that is followed goes on after a lost connection, and says so', async () => {
  const id = await made('now', 'hello', 'name=lost')
  const { context, out, err, last, fire, waits, opened } = wired()
  const done = apsis(['output', '-f', id], context)
  await opened
  last().events.opened?.()
  last().events.bytes(frame(0, 'one '))
  last().events.closed(1006)
  fire(1000)
  last().events.closed(1006)
  fire(1000)
  assert.match(last().path, /\?start=4$/)
  last().events.opened?.()
  last().events.bytes(frame(4, 'two'))
  assert.deepEqual(waits, [])
  last().events.closed(1000)
  assert.equal(await done, 0)
  assert.equal(out(), 'one two')
  assert.equal(err(), `lost the connection to http://${server.base}: trying again\nthe connection is back\n`)
})

test('following ends when the server does not come back', async () => {
  const id = await made('now', 'hello', 'name=gone')
  for (const command of [
    ['output', '-f', id],
    ['watch', id],
  ]) {
    const { context, err, last, fire, opened } = wired()
    const done = apsis(command, context)
    await opened
    last().events.closed(1006)
    fire(1000)
    last().events.closed(1006)
    fire(PATIENCE)
    assert.equal(await done, 1)
    assert.match(err(), /: trying again\nError: no connection to .* for 5 minutes\n$/)
  }
})

test('a run without output says so', async () => {
  const id = await made('now', 'hello', 'name=quiet')
  assert.deepEqual(await run('output', id), { code: 1, out: '', err: `Error: ${id} has no output\n` })
})

test('a job that the server does not know is told with the near one', async () => {
  const shown = await run('job', 'helol')
  assert.deepEqual(shown, {
    code: 1,
    out: '',
    err: "did you mean 'demo/hello'?\nError: no job_id helol [API status: 404]\n",
  })
  const scheduled = await run('schedule', 'now', 'demo/lnog')
  assert.equal(scheduled.code, 1)
  assert.match(scheduled.err, /^did you mean 'demo\/long'\?\nError: .*lnog.* \[API status: \d+\]\n$/)
  assert.ok(!(await run('job', 'nothing-like-it')).err.includes('did you mean'))
})

test('wrong use is told, and ends with 2', async () => {
  const wrong = [
    [],
    ['nonsense'],
    ['run'],
    ['schedule', 'soon', 'hello'],
    ['schedule', 'now', 'hello', 'name'],
    ['mark', 's', 'r1'],
    ['runs', '--state', 'x'],
    ['runs', '--limit', '0'],
    ['runs', 'state:sucess'],
    ['runs', 'since:soon', 'elapsed:1'],
    ['runs', '--limit', '100001'],
    ['runs', '--coming', '--state', 'success'],
    ['runs', '--format', 'xml'],
    ['jobs', '--port', 'x'],
  ]
  for (const args of wrong) {
    const { code, err } = await run(...args)
    assert.deepEqual([code, err !== ''], [2, true], args.join(' '))
  }
})

test('help fits the terminal', async () => {
  for (const columns of [80, 100]) {
    const { context, out } = recorded(server.base, columns)
    assert.equal(await apsis(['--help'], context), 0)
    assert.ok(
      out()
        .split('\n')
        .every((line) => line.length <= columns),
      out(),
    )
  }
})

test('help and version end with 0', async () => {
  assert.deepEqual(await run('--version'), { code: 0, out: '9.9.9\n', err: '' })
  assert.match((await run('schedule', '--help')).out, /--stop-time/)
})

test('a server that is not there is told with its address', async () => {
  const { context, err } = recorded('127.0.0.1:1')
  assert.equal(await apsis(['jobs'], context), 1)
  assert.match(err(), /^Error: no server at http:\/\/127\.0\.0\.1:1: /)
})

/** The ids of a table or of JSON, in order. */
async function listed(...args: string[]): Promise<{ ids: readonly string[]; err: string }> {
  const { code, out, err } = await run('runs', '--job', 'hello', ...args)
  assert.equal(code, 0, err)
  if (!args.includes('json')) return { ids: out.match(/^r\d+/gm) ?? [], err }
  const json: unknown = JSON.parse(out)
  assert.ok(typeof json === 'object' && json !== null)
  return { ids: Object.keys(json), err }
}

test('runs until now are listed, the latest last; those to come only where asked for', async () => {
  const arg = ['--arg', 'name=order']
  const later = await made('+2h', 'hello', 'name=order')
  const soon = await made('+1h', 'hello', 'name=order')
  const done: string[] = []
  for (let count = 0; count < 3; count++) {
    const id = await made('now', 'hello', 'name=order')
    await run('watch', '-s', id)
    done.push(id)
  }
  for (const form of [[], ['--format', 'json'], ['--format', 'json', '--summary']]) {
    assert.deepEqual(await listed(...arg, ...form), { ids: done, err: '' })
    assert.deepEqual(await listed(...arg, ...form, '--coming'), { ids: [soon, later], err: '' })
    assert.deepEqual(await listed(...arg, ...form, '--state', 'scheduled'), { ids: [soon, later], err: '' })
    assert.deepEqual((await listed(...arg, ...form, '--all')).ids, [...done, soon, later])
    assert.deepEqual((await listed(...arg, ...form, '--state', 'success, scheduled')).ids, [...done, soon, later])
    assert.deepEqual((await listed(...arg, ...form, '--state', 'failure')).ids, [])
  }
  const how = 'there are more: --limit N for more, --all for all)\n'
  assert.deepEqual(await listed(...arg, '--limit', '2'), { ids: done.slice(1), err: `(the latest 2 runs; ${how}` })
  assert.deepEqual(await listed(...arg, '-c', '-n', '1'), { ids: [soon], err: `(the next run; ${how}` })
  assert.deepEqual(await listed(...arg, '-n', '3'), { ids: done, err: '' })
})

test('a list of more runs than the server gives at a time is whole', async () => {
  for (let count = 0; count < 2; count++) await run('schedule', '+3h', 'hello', 'name=many', '--count', '600')
  const { ids, err } = await listed('--arg', 'name=many', '--coming', '--all')
  assert.deepEqual([new Set(ids).size, ids.length, err], [1200, 1200, ''])
  assert.deepEqual((await listed('--arg', 'name=many', '--coming')).ids, ids.slice(0, 200))
  assert.deepEqual((await listed('--arg', 'name=many', '--coming', '--limit', '1100')).ids, ids.slice(0, 1100))
})

test('tables fit the terminal', async () => {
  await run('schedule', 'now', 'hello', `name=${'x'.repeat(300)}`)
  for (const columns of [80, 200]) {
    const { context, out } = recorded(server.base, columns)
    assert.equal(await apsis(['runs'], context), 0)
    assert.equal(
      Math.max(
        ...out()
          .split('\n')
          .map((line) => line.length),
      ),
      columns,
    )
  }
})
