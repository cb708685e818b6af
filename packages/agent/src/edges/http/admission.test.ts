import assert from 'node:assert/strict'
import { lstat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { optionsIn, startAgent, temporaryFolder, trusted } from '../../fixture/agent.ts'
import { selfSigned } from '../../fixture/certificate.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import { exchange, served } from '../../fixture/http.ts'
import { httpOptions } from '../../options/index.ts'
import { startHttpService } from './index.ts'

test('HTTP17: the token', async (context) => {
  const { ask, port, lines, service } = await served(context, { token: 'se.cret' })
  assert.equal((await ask('/procs')).status, 200)
  assert.equal((await exchange({ port }, '/procs', { headers: { Authorization: 'bearer se.cret' } })).status, 200)
  for (const given of [
    {},
    { Authorization: 'Bearer other' },
    { Authorization: 'Bearer se.cret1' },
    { Authorization: 'Basic se.cret' },
    { Authorization: '' },
  ]) {
    const refused = await exchange({ port }, '/nowhere', { headers: given })
    assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer realm="procstar"'])
  }
  assert.deepEqual(lines, [`info: Listening on http://127.0.0.1:${service.port}`])
  const { lines: warned } = await served(context)
  assert.match(warned.join('\n'), /warn: HTTP on 127\.0\.0\.1 without a token/)
  const far = httpOptions({ host: '0.0.0.0' }, {})
  assert.match(far.ok ? '' : far.error, /^token: expected one/)
  const env = httpOptions({ host: '0.0.0.0' }, { PROCSTAR_HTTP_TOKEN: 't' })
  assert.ok(env.ok && env.value.token === 't')
})

test('HTTP18: names and pages of others', async (context) => {
  const { ask, raw, port } = await served(context, { names: ['build.example'] })
  const status = async (headers: Readonly<Record<string, string>>) => (await ask('/procs', { headers })).status
  for (const host of ['localhost', '127.0.0.1:1', '[::1]:3000', 'LOCALHOST.', 'build.example'])
    assert.equal(await status({ Host: host }), 200, host)
  for (const host of ['evil.example', 'evil.example:3000', 'localhost.evil.example', '127.0.0.1.evil.example', '[::2]'])
    assert.equal(await status({ Host: host }), 403, host)
  assert.match(await raw('GET /procs HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 [^]*no Host header/)
  const two = 'GET /procs HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\nConnection: close\r\n\r\n'
  assert.match(await raw(two), /^HTTP\/1\.1 400 [^]*more than one Host header/)
  assert.equal(await status({ Origin: `http://127.0.0.1:${port}` }), 200)
  for (const origin of ['http://evil.example', 'null', 'http://localhost:1'])
    assert.equal(await status({ Origin: origin }), 403, origin)
})

test('HTTP19: TLS', async (context) => {
  const folder = await temporaryFolder(context)
  const { cert, key } = await selfSigned()
  await writeFile(join(folder, 'key.pem'), key)
  const { service } = await served(context, {
    cert: await trusted(folder, cert),
    key: join(folder, 'key.pem'),
    token: 't',
  })
  const { request } = process.getBuiltinModule('node:https')
  const status = await new Promise((resolve, reject) => {
    const options = {
      host: 'localhost',
      port: service.port,
      path: '/agent',
      ca: cert,
      headers: { Authorization: 'Bearer t' },
      agent: false,
    }
    const asking = request(options, (response) => resolve(response.resume().statusCode))
    asking.on('error', reject).end()
  })
  assert.equal(status, 200)
  await assert.rejects(served(context, { cert: join(folder, 'none.pem'), key: join(folder, 'key.pem') }), {
    message: /^cannot read the certificate \(--serve-cert, PROCSTAR_HTTP_CERT\): ENOENT: .*none\.pem/,
  })
  const swapped = { cert: join(folder, 'key.pem'), key: join(folder, 'key.pem') }
  await assert.rejects(served(context, swapped), { message: /key\.pem are no certificate and its key: / })
})

test('HTTP20: the socket', async (context) => {
  const folder = await temporaryFolder(context)
  const socket = join(folder, 'agent.sock')
  const { service, agent } = await served(context, { port: null, socket, socketMode: 0o660 })
  assert.equal(service.port, null)
  assert.equal((await lstat(socket)).mode & 0o777, 0o660)
  assert.equal((await exchange({ socketPath: socket }, '/agent', { headers: { Host: 'anything' } })).status, 200)
  const second = httpOptions({ port: null, socket }, {})
  assert.ok(second.ok)
  await assert.rejects(
    startHttpService(second.value, agent, () => {}),
    /agent\.sock: another service listens there/,
  )
  const file = join(folder, 'file')
  await writeFile(file, 'kept')
  await symlink(file, join(folder, 'link'))
  for (const path of [file, join(folder, 'link')]) {
    const options = httpOptions({ port: null, socket: path }, {})
    assert.ok(options.ok)
    await assert.rejects(
      startHttpService(options.value, agent, () => {}),
      /or it is no socket/,
    )
  }
  await service.close(0)
  await assert.rejects(lstat(socket), /ENOENT/)
})

test('HTTP25: the end of the service', async (context) => {
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  const options = httpOptions({ port: 0 }, {})
  assert.ok(options.ok)
  const service = await startHttpService(options.value, agent, () => {})
  afterwards(context, () => service.close(0))
  const port = service.port ?? 0
  await agent.request({
    type: 'ProcStartRequest',
    specs: { a: { argv: ['/bin/sleep', '1000'], fds: [['1', { capture: {} }]] } },
  })
  const following = exchange({ port }, '/procs/a/output/1/data?follow=1')
  const cut = assert.rejects(following)
  await exchange({ port }, '/agent')
  await service.close(20)
  await cut
  await assert.rejects(exchange({ port }, '/agent'), /ECONNREFUSED/)
})
