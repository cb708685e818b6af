import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../command/index.ts'
import { member } from '../command/fixture/member.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer } from '../command/fixture/server.ts'
import { apsisctl, type ServeHost } from './index.ts'
import { addresses, fullLogLevel, logFlags } from './serve.ts'

const noServer: ServeHost = {
  serve: async () => ({ ok: false, message: '127.0.0.1:5000 is in use' }),
  onTermination: () => () => {},
  restart: () => assert.fail('it is not to restart'),
}

async function run(base: string, columns: number | null, ...args: string[]) {
  const { context, out, err } = recorded(base, columns)
  const code = await apsisctl(args, context, noServer)
  return { code, out: out(), err: err() }
}

test('a folder without errors is silent; with errors each is a line, and the exit code 1', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-check-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'good.yaml'), 'program: {type: no-op}\n')
  assert.deepEqual(await run('', null, 'check-jobs', folder), { code: 0, out: '', err: '' })
  await writeFile(join(folder, 'bad.yaml'), 'program:\n  type: no-opp\n')
  await writeFile(join(folder, 'none.yaml'), 'params: [a]\n')
  const plain = await run('', null, 'check-jobs', folder)
  assert.equal(plain.code, 1)
  const lines = plain.out.trimEnd().split('\n')
  assert.match(lines[0] ?? '', /^bad: \S+bad\.yaml:2:9: program.*no-opp \(did you mean 'no-op'\?/)
  assert.match(lines[1] ?? '', /^none: \S+none\.yaml:1:1: missing key: program/)

  const verbose = await run('', 80, 'check-jobs', folder)
  assert.ok(verbose.out.includes(`${join(folder, 'bad.yaml')}:2:9: error JOB_TYPE_UNKNOWN`), verbose.out)
  assert.ok(verbose.out.includes('2 |   type: no-opp\n            ^\n'), verbose.out)

  const json: unknown = JSON.parse((await run('', null, 'check-jobs', folder, '--format', 'json')).out)
  assert.ok(Array.isArray(json))
  assert.deepEqual(
    json.map((one: unknown) => [member(one, 'job_id'), member(one, 'line')]),
    [
      ['bad', 2],
      ['none', 1],
    ],
  )
})

test('a folder that is none is wrong use', async () => {
  const { code, err } = await run('', null, 'check-jobs', '/nowhere/at/all')
  assert.equal(code, 2)
  assert.match(err, /Error: \/nowhere\/at\/all: no such folder/)
})

test('a server reloads, says its version, and shuts down', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  assert.deepEqual(await run(server.base, null, 'reload-jobs'), { code: 0, out: 'no changes\n', err: '' })
  await writeFile(join(server.jobs, 'more.yaml'), 'program: {type: no-op}\n')
  const dry = await run(server.base, null, 'reload-jobs', '--dry-run')
  assert.equal(dry.out, 'Jobs added:\n- more\nDry run; no changes made.\n')
  assert.equal((await run(server.base, null, 'reload-jobs', '--quiet')).out, '')
  await writeFile(join(server.jobs, 'bad.yaml'), '[')
  const bad = await run(server.base, null, 'reload-jobs')
  assert.equal(bad.code, 1)
  assert.match(bad.err, /^Error: errors loading jobs in .* \[API status: 400\]\nbad: .*bad\.yaml:1/)
  const version = await run(server.base, null, 'version')
  assert.equal(version.out, `server: http://${server.base}\nserver version: 1.2.3\nclient version: 9.9.9\n`)
  assert.equal((await run(server.base, null, 'shut-down')).code, 0)
  assert.equal((await run(server.base, null, 'restart')).code, 0)
  assert.deepEqual(server.shutDowns, [false, true])
})

test('a server that cannot start is told, and ends with 1', async () => {
  assert.deepEqual(await run('', null, 'serve'), { code: 1, out: '', err: 'Error: 127.0.0.1:5000 is in use\n' })
})

test('serve runs until it is told to stop, and restarts where that is asked for', async () => {
  const { context } = recorded('')
  for (const restart of [false, true]) {
    const events: string[] = []
    const host: ServeHost = {
      serve: async (options) => {
        events.push(`serve ${options.bind.map(({ port }) => port).join()} ${options.version}`)
        const stopped = Promise.withResolvers<{ restart: boolean; code: 0 | 1 }>()
        return {
          ok: true,
          serving: { addresses: [], stopped: stopped.promise, stop: () => stopped.resolve({ restart, code: 0 }) },
        }
      },
      onTermination: (callback) => {
        setImmediate(callback)
        return () => void events.push('ended')
      },
      restart: () => {
        events.push('restart')
        throw new Error('replaced')
      },
    }
    const ended = apsisctl(['serve', '--bind', '127.0.0.1:7000'], context, host)
    if (restart) await assert.rejects(ended, /replaced/)
    else assert.equal(await ended, 0)
    assert.deepEqual(events, ['serve 7000 9.9.9', 'ended', ...(restart ? ['restart'] : [])])
  }
})

test('where to listen is said by --bind, or by --host and --port', () => {
  assert.deepEqual(addresses({}), [])
  assert.deepEqual(addresses({ bind: ['[::1]:7000', '*:80'] }), [
    { host: '::1', port: 7000 },
    { host: '*', port: 80 },
  ])
  assert.deepEqual(addresses({ port: '7000' }), [{ host: '127.0.0.1', port: 7000 }])
  assert.deepEqual(addresses({ host: '::' }), [{ host: '::', port: 5000 }])
  for (const flags of [{ bind: ['7000'] }, { port: 'x' }, { port: '70000' }, { host: 'a b' }]) {
    assert.throws(() => addresses(flags), UsageError)
  }
})

test('what is logged is said by --log-level, of which any part from --log on will do, or by --debug', () => {
  const nothing = { level: null, format: null, file: null }
  assert.deepEqual(logFlags({}), nothing)
  assert.deepEqual(logFlags({ debug: true }), { ...nothing, level: 'debug' })
  assert.deepEqual(logFlags({ debug: true, logLevel: 'Warning', logFormat: 'JSON', logFile: 'a' }), {
    level: 'warning',
    format: 'json',
    file: 'a',
  })
  assert.throws(() => logFlags({ logLevel: 'loud' }), /not a log level: loud; there are DEBUG, INFO, WARNING, ERROR/)
  assert.throws(() => logFlags({ logFormat: 'xml' }), /not a log format: xml; there are human, json/)
  const args = ['--log', 'DEBUG', '--log-l=INFO', '--log-lev', 'x', '--log-file', 'f', '--logs', '--', '--log']
  const full = [
    '--log-level',
    'DEBUG',
    '--log-level=INFO',
    '--log-level',
    'x',
    '--log-file',
    'f',
    '--logs',
    '--',
    '--log',
  ]
  assert.deepEqual(fullLogLevel(args), full)
})

test('--log-level is taken before the command and after it', async () => {
  for (const args of [
    ['--log', 'ERROR', 'serve'],
    ['serve', '--log-level', 'ERROR'],
  ]) {
    const levels: (string | null)[] = []
    const host: ServeHost = {
      serve: async ({ log }) => {
        levels.push(log.level)
        return { ok: false, message: 'not now' }
      },
      onTermination: () => () => {},
      restart: () => {
        throw new Error('not asked for')
      },
    }
    assert.equal(await apsisctl(args, recorded('').context, host), 1)
    assert.deepEqual(levels, ['error'])
  }
})
