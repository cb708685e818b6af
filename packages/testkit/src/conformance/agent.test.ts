import assert from 'node:assert/strict'
import test from 'node:test'
import { hex, isMap, map, type PlainMap } from './plain.ts'
import { served, shell, start } from './served.ts'

function at(message: PlainMap, ...keys: readonly string[]): unknown {
  let value: unknown = message
  for (const key of keys) value = value instanceof Map ? value.get(key) : undefined
  return value
}

test('CONF1: registers over TLS without asking for more, and its first frame is a Register that says who it is', async (context) => {
  const { server, agent } = await served(context)
  const [upgrade] = server.upgrades
  assert.equal(upgrade?.url, '/')
  for (const header of ['origin', 'authorization', 'sec-websocket-protocol', 'sec-websocket-extensions'])
    assert.equal(upgrade?.headers[header], undefined, header)
  const register = await server.message('Register')
  assert.equal(at(register, 'conn', 'conn_id'), 'conn-1')
  assert.equal(at(register, 'conn', 'group_id'), 'blue')
  assert.equal(at(register, 'conn', 'restricted_exe'), null)
  assert.equal(at(register, 'proc', 'pid'), process.pid)
  assert.deepEqual(at(register, 'proc_ids'), [])
  assert.equal(at(register, 'shutdown_state'), 'active')
  assert.deepEqual(server.faults, [])
  assert.equal(agent.handle.counts().held, 0)
})

test('CONF2: a run makes two results, one of its start and one of its end', async (context) => {
  const { server } = await served(context)
  server.send(start({ b: shell('echo hello; exit 42'), a: shell('kill -TERM $$') }))
  const [a, b] = [await server.final('a'), await server.final('b')]
  // What may follow wrongly is in front of the answer to this.
  server.send({ type: 'ProcidListRequest' })
  const list = await server.message('ProcidList')
  assert.deepEqual(list.get('proc_ids'), ['a', 'b'])
  for (const id of ['a', 'b']) assert.deepEqual(server.states(id), ['running', 'terminated'])
  assert.equal(at(b, 'res', 'status', 'status'), 42 << 8)
  assert.equal(at(a, 'res', 'status', 'signal'), 'SIGTERM')
  assert.deepEqual(at(b, 'res', 'fds', 'stdout'), map({ type: 'detached', length: 6, encoding: 'base64' }))
  assert.equal(at(b, 'res', 'fds', 'stdin'), null)
  assert.deepEqual(server.faults, [])
})

test('CONF3: many short procs in one request have two results each', async (context) => {
  const { server } = await served(context)
  const ids = Array.from({ length: 200 }, (_, index) => `p${index}`)
  server.send(start(Object.fromEntries(ids.map((id) => [id, shell('exit 1')]))))
  for (const id of ids) await server.final(id)
  server.send({ type: 'ProcidListRequest' })
  await server.message('ProcidList')
  for (const id of ids) {
    const states = server.states(id)
    assert.equal(states.length, 2, id)
    assert.equal(states[1], 'terminated', id)
  }
  assert.deepEqual(server.faults, [])
})

test('CONF4: data of a descriptor is the range asked for, in bytes', async (context) => {
  const { server } = await served(context)
  server.send(start({ a: shell('printf 0123456789; sleep 1000') }))
  await server.message('ProcResult')
  for (;;) {
    const skip = server.arrived.all.length
    server.send({ type: 'ProcResultRequest', proc_id: 'a' })
    if (at(await server.message('ProcResult', undefined, skip), 'res', 'fds', 'stdout', 'length') === 10) break
  }
  const ask = async (fd: string, from: number, stop: number | null): Promise<PlainMap> => {
    const skip = server.arrived.all.length
    server.send({ type: 'ProcFdDataRequest', proc_id: 'a', fd, start: from, stop })
    return server.message('ProcFdData', undefined, skip)
  }
  const data = await ask('stdout', 0, 4)
  assert.deepEqual([...data.keys()], ['type', 'proc_id', 'fd', 'start', 'stop', 'encoding', 'data'])
  assert.deepEqual(data.get('data'), new Uint8Array(Buffer.from('0123')))
  assert.equal(data.get('encoding'), null)
  const rest = await ask('1', 4, null)
  assert.deepEqual([rest.get('fd'), rest.get('start'), rest.get('stop')], ['1', 4, 10])
  assert.deepEqual(rest.get('data'), new Uint8Array(Buffer.from('456789')))
  const none = await ask('stdout', 10, null)
  assert.deepEqual([none.get('start'), none.get('stop'), none.get('data')], [10, 10, new Uint8Array()])
  assert.deepEqual(server.faults, [])
})

test('CONF5: requests that cannot be met are answered with the texts that existing clients know', async (context) => {
  const { server } = await served(context)
  server.send(start({ a: shell('echo x'), b: shell('sleep 1000') }))
  await server.final('a')
  const refusal = async (message: Parameters<typeof server.send>[0]): Promise<unknown> => {
    const skip = server.arrived.all.length
    server.send(message)
    const answer = await server.arrived.first(({ type }) => type !== 'ProcResult', skip)
    return answer.type === 'RequestError' ? answer.message.get('err') : answer.type
  }
  const fdData = (fd: string) => ({ type: 'ProcFdDataRequest', proc_id: 'a', fd, start: 0, stop: null })
  assert.equal(await refusal(fdData('nonsense')), 'bad fd: nonsense')
  assert.equal(await refusal(fdData('7')), 'no fd: 7')
  assert.equal(await refusal(fdData('stdin')), 'no fd data')
  assert.equal(await refusal({ type: 'ProcSignalRequest', proc_id: 'a', signum: 15 }), 'no process')
  assert.equal(await refusal({ type: 'ProcDeleteRequest', proc_id: 'b' }), 'process running: b')
  assert.equal(await refusal({ type: 'Registered' }), 'unexpected')
  assert.equal(await refusal(start({ a: shell('true') })), 'duplicate proc id: a')
  assert.equal(await refusal(start({ c: map({ argv: ['x'], fds: [['bogus', 'inherit']] }) })), 'bad fd: bogus')
  const duplicate = [
    ['1', 'inherit'],
    ['stdout', 'inherit'],
  ]
  assert.equal(await refusal(start({ c: map({ argv: ['x'], fds: duplicate }) })), 'duplicate fd: stdout')
  const unmatched = map({ argv: ['x'], fds: [['stdin', map({ 'pipe-read': map({ proc_id: 'zz', fd: '1' }) })]] })
  assert.equal(await refusal(start({ c: unmatched })), 'unmatched read pipe: zz 1')
  for (const { message } of server.arrived.all.filter(({ type }) => type === 'RequestError')) {
    const msg = message.get('msg')
    assert.ok(isMap(msg) && typeof msg.get('type') === 'string')
  }
  assert.deepEqual(server.faults, [])
})

test('CONF6: an unknown proc is said to be unknown', async (context) => {
  const { server } = await served(context)
  server.send({ type: 'ProcResultRequest', proc_id: 'nobody' })
  await server.message('ProcUnknown')
  // An existing server takes it as a breach, so ours must not say it unasked.
  await server.ended.until((all) => all.length === 1)
  assert.deepEqual(server.faults, ['ProcUnknown of nobody, which this server does not know'])
  await server.message('Register', undefined, server.arrived.all.length - 1)
})

test('CONF7: what cannot be decoded is not answered, and the connection goes on', async (context) => {
  const { server } = await served(context)
  for (const bad of [
    hex("81 a4 'type' a5 'Bogus'"),
    hex("81 a4 'type' b0 'ProcStartRequest'"),
    hex('c1'),
    hex('93 01 02'),
    hex("82 a4 'type' b1 'ProcResultRequest' a7 'proc_id' 07"),
    hex("82 a4 'type' b0 'ProcStartRequest' a5 'specs' 81 a1 'x' 81 a4 'bork' 01"),
  ])
    server.send(bad)
  server.send({ type: 'ProcidListRequest' })
  await server.message('ProcidList')
  assert.deepEqual(
    server.arrived.all.map(({ type }) => type),
    ['Register', 'ProcidList'],
  )
  assert.equal(server.connections, 1)
})

test('CONF8: an array, an unknown key, a type that comes last and a missing optional are taken', async (context) => {
  const { server } = await served(context)
  server.send(hex("91 b1 'ProcidListRequest'"))
  await server.message('ProcidList')
  server.send(hex("82 a5 'extra' 01 a4 'type' b1 'ProcidListRequest'"))
  await server.message('ProcidList', undefined, 2)
  server.send(start({ a: shell('printf abc') }))
  await server.final('a')
  server.send(hex("84 a7 'proc_id' a1 'a' a2 'fd' a1 '1' a5 'start' 01 a4 'type' b1 'ProcFdDataRequest'"))
  assert.deepEqual((await server.message('ProcFdData')).get('data'), new Uint8Array(Buffer.from('bc')))
  server.send(hex("95 b1 'ProcFdDataRequest' a1 'a' a1 '1' 02 c0"))
  const skip = server.arrived.all.length
  assert.deepEqual((await server.message('ProcFdData', undefined, skip)).get('data'), new Uint8Array(Buffer.from('c')))
  assert.deepEqual(server.faults, [])
})

test('CONF9: what an agent says is byte for byte what existing ones say', async (context) => {
  const { server, agent } = await served(context)
  server.send(start({ a: shell('printf abc') }))
  await server.final('a')
  server.send(hex("81 a4 'type' b1 'ProcidListRequest'"))
  server.send(
    hex("85 a4 'type' b1 'ProcFdDataRequest' a7 'proc_id' a1 'a' a2 'fd' a6 'stdout' a5 'start' 00 a4 'stop' c0"),
  )
  await server.message('ProcFdData')
  server.send(hex("82 a4 'type' b1 'ProcDeleteRequest' a7 'proc_id' a1 'a'"))
  await server.message('ProcDelete')
  agent.handle.shutdown('idle')
  await server.ended.until((all) => all.length === 1)
  const golden = [
    "82 a4 'type' aa 'ProcidList' a8 'proc_ids' 91 a1 'a'",
    "87 a4 'type' aa 'ProcFdData' a7 'proc_id' a1 'a' a2 'fd' a6 'stdout' a5 'start' 00 a4 'stop' 03 a8 'encoding' c0 a4 'data' c4 03 'abc'",
    "82 a4 'type' aa 'ProcDelete' a7 'proc_id' a1 'a'",
    "82 a4 'type' a8 'ShutDown' ae 'shutdown_state' a6 'idling'",
    "82 a4 'type' a8 'ShutDown' ae 'shutdown_state' a4 'done'",
  ]
  assert.deepEqual(
    server.arrived.all.slice(3).map(({ bytes }) => bytes.toString('latin1')),
    golden.map((text) => hex(text).toString('latin1')),
  )
})

test('CONF10: a dropped connection is made anew at once, with every proc that is held; results are asked for and given', async (context) => {
  const { server, agent } = await served(context)
  server.send(start({ long: shell('sleep 1000'), over: shell('sleep 0.2; echo over') }))
  await server.arrived.until((all) => all.filter(({ type }) => type === 'ProcResult').length >= 2)
  const skip = server.arrived.all.length
  server.drop()
  const register = await server.message('Register', undefined, skip)
  assert.deepEqual(register.get('proc_ids'), ['long', 'over'])
  await server.message('ProcResult', (message) => message.get('proc_id') === 'long', skip)
  await server.final('over', skip)
  assert.equal(agent.handle.counts().unended, 1)
  assert.deepEqual(server.faults, [])
})

test('CONF11: a close by the server, and a text frame, end the connection; the agent registers again', async (context) => {
  const { server } = await served(context)
  server.closeConnection(1000)
  await server.ended.until((all) => all.length === 1)
  // It answered with a close frame.
  assert.equal(server.ended.all[0]?.code, 1000)
  await server.arrived.until((all) => all.filter(({ type }) => type === 'Register').length === 2)
  server.send('{"type": "ProcidListRequest"}')
  await server.arrived.until((all) => all.filter(({ type }) => type === 'Register').length === 3)
  assert.deepEqual(server.faults, [])
})

test('CONF12: anything but Registered is a failed attempt, and nothing at all is one after ten seconds', async (context) => {
  const { server } = await served(context, (fresh) => {
    fresh.answer = hex("81 a4 'type' b1 'ProcidListRequest'")
  })
  await server.ended.until((all) => all.length >= 1)
  server.answer = '{"type":"Registered"}'
  await server.ended.until((all) => all.length >= 3)
  server.answer = null
  const mute = server.connections
  await server.arrived.until((all) => all.some(({ connection }) => connection >= mute))
  const from = performance.now()
  await server.ended.until((all) => all.some(({ connection }) => connection >= mute))
  const waited = performance.now() - from
  assert.ok(waited > 8_000 && waited < 13_000, `${waited} ms`)
  assert.ok(server.arrived.all.every(({ type }) => type === 'Register'))
  server.answer = hex("81 a4 'type' aa 'Registered'")
  await server.registered.until((all) => all.length === 1)
  server.send({ type: 'ProcidListRequest' })
  await server.message('ProcidList')
})

test('CONF13: every delete is answered before the agent says that it is done, and then it drops the connection', async (context) => {
  const { server, agent } = await served(context)
  server.send(start({ a: shell('exec sleep 1000'), b: shell('true') }))
  await server.final('b')
  agent.handle.shutdown('terminate')
  await server.final('a')
  for (const id of ['a', 'b']) server.send({ type: 'ProcDeleteRequest', proc_id: id })
  await server.ended.until((all) => all.length === 1)
  // As existing agents leave: without a close frame.
  assert.equal(server.ended.all[0]?.code, 1006)
  assert.deepEqual(
    server.arrived.all.slice(-3).map(({ type }) => type),
    ['ProcDelete', 'ProcDelete', 'ShutDown'],
  )
  assert.deepEqual(server.faults, [])
})

test('CONF14: an idling agent refuses procs by the text that existing ones use', async (context) => {
  const { server, agent } = await served(context)
  server.send(start({ a: shell('exec sleep 1000') }))
  await server.message('ProcResult')
  agent.handle.shutdown('idle')
  await server.message('ShutDown')
  server.send(start({ b: shell('true') }))
  assert.equal((await server.message('RequestError')).get('err'), 'agent shutting down: idling')
  server.send({ type: 'ProcSignalRequest', proc_id: 'a', signum: 9 })
  await server.final('a')
  server.send({ type: 'ProcDeleteRequest', proc_id: 'a' })
  await server.message('ShutDown', (message) => message.get('shutdown_state') === 'done')
  assert.deepEqual(server.faults, [])
})

test('CONF15: a proc that cannot be executed is told as existing agents tell it', async (context) => {
  const { server } = await served(context)
  server.send(start({ a: map({ argv: ['/no/such/program'] }) }))
  const message = await server.final('a')
  assert.deepEqual(at(message, 'res', 'errors'), [
    'execve failed: /no/such/program: No such file or directory (os error 2)',
  ])
  assert.equal(at(message, 'res', 'state'), 'error')
  assert.equal(at(message, 'res', 'status', 'status'), 16128)
  assert.deepEqual(server.states('a'), ['running', 'error'])
  assert.deepEqual(server.faults, [])
})
