import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { selfSigned } from '@apsis/agent/fixture'
import { startHttpService } from '@apsis/agent/http'
import { type AgentHandle, runAgent } from '@apsis/agent/main'
import { agentOptions, httpOptions } from '@apsis/agent/options'
import { recorded } from '../command/fixture/terminal.ts'
import { procstarHttp } from './index.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** An agent that serves HTTP on a port and a socket with a token, and the command against it. */
async function served(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'procstar-http-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
  const socket = join(folder, 'sock')
  const options = agentOptions({ host: null, stateDir: join(folder, 'state') }, {})
  const http = httpOptions({ port: 0, socket, token: 'secret' }, {})
  assert.ok(options.ok && http.ok)
  const agent = await runAgent(options.value, { log: () => {}, environment: process.env })
  const service = await startHttpService(http.value, agent, () => {})
  t.after(async () => {
    await service.close(0)
    await agent.stop()
  })
  const port = String(service.port)
  const run = async (...args: readonly string[]): Promise<Ran> => {
    const { context, out, err } = recorded('')
    const code = await procstarHttp([...args], context, { PROCSTAR_HTTP_TOKEN: 'secret' })
    return { code, out: out(), err: err() }
  }
  return { folder, agent, port, socket, on: (...args: readonly string[]) => run('--port', port, ...args), run }
}

/** Resolves when the process of a proc has started. */
async function untilStarted(agent: AgentHandle, id: string): Promise<void> {
  for (;;) {
    const change = Promise.withResolvers<void>()
    const off = agent.onChange(change.resolve)
    const pid = (await agent.result(id, { text: false }))?.pid
    if (pid === null) await change.promise
    off()
    if (pid !== null) return
  }
}

test('a proc from its start to its deletion', async (t) => {
  const { folder, agent, on, run, socket } = await served(t)
  const file = join(folder, 'spec.json')
  const spec = {
    argv: ['/bin/sh', '-c', 'echo one; exec sleep 1000'],
    fds: [['stdout', { capture: { encoding: 'utf-8' } }]],
  }
  await writeFile(file, JSON.stringify({ specs: { 'a/b': spec } }))
  assert.deepEqual(await on('start', file), { code: 0, out: '', err: '' })
  assert.equal((await on('start', file)).err, 'Error: duplicate proc id: a/b (400 Bad Request)\n')
  await untilStarted(agent, 'a/b')
  assert.match((await on('list')).out, /^proc_id  state +pid  end  start \(UTC\) +elapsed\n.*\na\/b +running +\d+ /)
  const followed = on('output', 'a/b', '--follow')
  assert.equal((await on('signal', 'a/b', 'term')).code, 0)
  assert.equal((await followed).out, 'one\n')
  assert.equal((await run('--socket', socket, 'output', 'a/b', 'stdout', '--range', '1:3')).out, 'ne')
  assert.equal((await on('output', 'a/b', '--encoding', 'base64')).out, 'b25lCg==')
  assert.match((await on('list')).out, /a\/b +terminated +\d+ +SIGTERM /)
  assert.match((await on('get', 'a/b')).out, /"text": "one\\n"/)
  assert.match((await on('get', 'a/b', '--no-text')).out, /"length": 4/)
  assert.equal((await on('delete', 'a/b')).code, 0)
  for (const args of [['get'], ['output'], ['delete'], ['stop']])
    assert.deepEqual(await on(...args, 'a/b'), { code: 1, out: '', err: 'Error: no proc: a/b\n' })
  assert.equal((await on('signal', 'a/b', 'TERM')).err, 'Error: no proc: a/b\n')
  assert.equal((await on('list', '--json')).out, '{}\n')
})

test('a stop, and the end of the agent', async (t) => {
  const { folder, on, agent } = await served(t)
  const file = join(folder, 'spec.json')
  await writeFile(file, JSON.stringify({ specs: { a: { argv: ['/bin/sleep', '1000'] } } }))
  assert.equal((await on('start', file)).code, 0)
  assert.match((await on('stop', 'a', '--grace', 'x')).err, /parsing body: grace: expected/)
  assert.equal((await on('stop', 'a', '--signal', 'INT', '--grace', '0.5')).code, 0)
  assert.match((await on('agent')).out, /"shutdown_state": "active"/)
  assert.equal((await on('shutdown', '--how', 'soft')).code, 0)
  assert.equal(agent.shutdownState(), 'idling')
})

test('what is wrong is said: 1 for what the agent refuses, 2 for wrong use', async (t) => {
  const { on, run, port } = await served(t)
  assert.match((await on('--token', 'wrong', 'list')).err, /^Error: wrong token \(401 Unauthorized\)\n$/)
  assert.match(
    (await run('--socket', '/does/not/exist', 'list')).err,
    /^Error: cannot talk to \/does\/not\/exist: .*ENOENT/,
  )
  for (const args of [
    ['nothing'],
    ['get'],
    ['--port', 'x', 'list'],
    ['--socket', 's', '--port', port, 'list'],
    ['--cacert', '/does/not/exist', 'list'],
    ['start', '/does/not/exist'],
    ['output', 'a', '--range', '5'],
    ['shutdown', '--how', 'now'],
  ]) {
    assert.equal((await run(...args)).code, 2, args.join(' '))
  }
})

test('a port that speaks TLS, without --cacert', async (t) => {
  const { cert, key } = await selfSigned()
  const server = createServer({ cert, key }, () => assert.fail('a request'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const { context, err } = recorded('')
  assert.equal(await procstarHttp(['--port', String(address.port), 'list'], context, {}), 1)
  assert.match(err(), /^Error: cannot talk to 127\.0\.0\.1:\d+: .*; if it speaks TLS, give --cacert\n$/)
})
