import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeAgentMessage, encodeServerMessage } from '../codec/index.ts'
import type { AgentMessage, Extensions } from '../message/index.ts'
import { encode } from '../msgpack/index.ts'
import { AgentSession, EXTENSIONS, type SessionOutput } from './index.ts'
import { REGISTER } from './register.fixture.ts'

function create(now = 0): AgentSession {
  return new AgentSession({ extensions: EXTENSIONS, now })
}

function opened(extensions?: Extensions, now = 0): AgentSession {
  const session = create(now)
  session.opened(now, REGISTER)
  session.receive(
    encodeServerMessage(extensions === undefined ? { type: 'Registered' } : { type: 'Registered', extensions }),
    now,
  )
  return session
}

function sent(output: SessionOutput<unknown>): readonly AgentMessage[] {
  return output.send.map((frame) => {
    const decoded = decodeAgentMessage(frame)
    return decoded.ok ? decoded.message : assert.fail(decoded.error.text)
  })
}

test('SES11: registration', () => {
  const session = create()
  assert.equal(session.nextTick, 10_000)
  assert.deepStrictEqual(sent(session.opened(100, REGISTER)), [{ ...REGISTER, extensions: EXTENSIONS }])
  assert.equal(session.nextTick, 10_000)
  const output = session.receive(encodeServerMessage({ type: 'Registered' }), 200)
  assert.deepStrictEqual([output.messages, output.ping, output.close], [[{ type: 'Registered' }], true, null])
  assert.deepStrictEqual(session.peer, { type: 'Registered' })
  assert.equal(session.nextTick, 20_200)
  assert.equal(session.tick(20_199).ping, false)
  assert.equal(session.tick(20_200).ping, true)
  assert.throws(() => session.opened(300, REGISTER), RangeError)
})

test('SES12: a refused registration', () => {
  for (const frame of [
    encodeServerMessage({ type: 'ProcidListRequest' }),
    'text',
    new Uint8Array([0xc1]),
    encode({ type: 'Registered', extensions: 5 }),
  ]) {
    const session = create()
    session.opened(0, REGISTER)
    assert.equal(session.receive(frame, 1).close?.code, 1002)
  }
  const early = create()
  assert.equal(early.receive(encodeServerMessage({ type: 'Registered' }), 1).close?.code, 1002)
  const late = create(1000)
  late.opened(5000, REGISTER)
  assert.equal(late.tick(10_999).close, null)
  assert.deepEqual(late.tick(11_000).close, { code: 1002, reason: 'no Registered in time' })
  const slow = create(0)
  const output = slow.opened(10_000, REGISTER)
  assert.deepEqual([output.close?.code, output.send], [1002, []])
})

test('SES13: silence', () => {
  const session = opened()
  assert.equal(session.tick(20_000).ping, true)
  assert.equal(session.tick(40_000).ping, true)
  assert.equal(session.tick(59_999).close, null)
  assert.equal(session.tick(60_000).close?.code, 1011)
  const slept = opened()
  slept.heard(1)
  assert.equal(slept.tick(3_600_000).close, null)
  assert.equal(slept.tick(3_620_000).close?.code, 1011)
})

test('SES13: silence for as long as the agent is told', () => {
  const session = new AgentSession({ extensions: EXTENSIONS, now: 0, silence: 300 })
  session.opened(0, REGISTER)
  session.receive(encodeServerMessage({ type: 'Registered' }), 0)
  assert.equal(session.tick(100).ping, true)
  assert.equal(session.tick(299).close, null)
  assert.equal(session.tick(300).close?.code, 1011)
})

test('SES14: requests that cannot be read', () => {
  const wrong = encode({ type: 'ProcStartRequest', specs: { a: { argv: 'x' }, b: { argv: ['x'] } } })
  const silent = opened().receive(wrong, 1)
  assert.deepEqual([silent.send, silent.messages, silent.close], [[], [], null])
  assert.match(silent.notes.join(), /specs\.a\.argv: expected an array of strings, got "x"/)
  const answered = opened(EXTENSIONS)
  assert.deepStrictEqual(sent(answered.receive(wrong, 1)), [
    {
      type: 'RequestError',
      msg: { type: 'ProcStartRequest', specs: { a: {}, b: {} } },
      err: 'specs.a.argv: expected an array of strings, got "x"',
    },
  ])
  assert.deepStrictEqual(sent(answered.receive(encode({ type: 'Nope', proc_id: 'p' }), 1)), [
    { type: 'RequestError', msg: { type: 'Nope', proc_id: 'p' }, err: 'unknown message type "Nope"' },
  ])
  const malformed = answered.receive(new Uint8Array([0xc1]), 1)
  assert.deepEqual([sent(malformed).map((message) => message.type), malformed.close], [['RequestError'], null])
  const request = { type: 'ProcDeleteRequest', proc_id: 'p' } as const
  assert.deepStrictEqual(answered.receive(encodeServerMessage(request), 1).messages, [request])
})

test('SES15: a second Registered', () => {
  const output = opened().receive(encodeServerMessage({ type: 'Registered' }), 1)
  assert.deepStrictEqual(sent(output), [{ type: 'RequestError', msg: { type: 'Registered' }, err: 'unexpected' }])
  assert.deepEqual(output.messages, [])
})

test('SES16: requests that were not negotiated', () => {
  const stop = { type: 'ProcStopRequest', proc_id: 'p', signum: 15, grace: 5 } as const
  const existing = opened().receive(encodeServerMessage(stop), 1)
  assert.deepEqual([existing.messages, existing.send], [[], []])
  assert.match(existing.notes.join(), /the extension stop was not negotiated/)
  const errors = opened({ errors: 1 }).receive(encodeServerMessage(stop), 1)
  assert.deepStrictEqual(sent(errors), [
    {
      type: 'RequestError',
      msg: { type: 'ProcStopRequest', proc_id: 'p' },
      err: 'the extension stop was not negotiated',
    },
  ])
  assert.deepStrictEqual(opened({ stop: 1 }).receive(encodeServerMessage(stop), 1).messages, [stop])
})

test('SES17: what must not be sent', () => {
  assert.throws(() => create().encode({ type: 'ProcDelete', proc_id: 'p' }), RangeError)
  assert.throws(() => opened().encode(REGISTER), RangeError)
  const data = { type: 'ProcOutput', proc_id: 'p', fd: '1', start: 0, data: new Uint8Array(1) } as const
  assert.throws(() => opened().encode(data), /needs the extension output/)
  assert.ok(opened({ output: 1 }).encode(data).length > 0)
  assert.ok(opened().encode({ type: 'ProcDelete', proc_id: 'p' }).length > 0)
})

test('SES18: a text frame', () => {
  assert.equal(opened().receive('text', 1).close?.code, 1003)
})

test('SES25: what a server did not negotiate', () => {
  const res = {
    state: 'terminated',
    errors: [],
    pid: 1,
    proc_stat: null,
    proc_statm: null,
    cgroup_accounting: null,
    times: { start: '2025-01-01T00:00:00Z', now: '2025-01-01T00:00:00Z', stop: null, elapsed: 1.5 },
    status: null,
    rusage: null,
    fds: { stdout: { type: 'detached', length: 9, encoding: 'base64', dropped: [1, 9] } },
    cwd: '/',
    tree: null,
  } as const
  const result = { type: 'ProcResult', proc_id: 'p', res } as const
  const output = { type: 'ProcOutput', proc_id: 'p', fd: '1', start: 9, data: new Uint8Array(0), dropped: 8 } as const
  const heard = (session: AgentSession, message: AgentMessage): AgentMessage => {
    const decoded = decodeAgentMessage(session.encode(message))
    assert.ok(decoded.ok)
    return decoded.message
  }
  const { cwd: _cwd, tree: _tree, ...existing } = res
  const fds = { stdout: { type: 'detached', length: 9, encoding: 'base64' } }
  assert.deepStrictEqual(heard(opened({ results: 1 }), result), result)
  assert.deepStrictEqual(heard(opened({ output: 2 }), result), { ...result, res: { ...existing, fds } })
  const { dropped: _dropped, ...known } = output
  assert.deepStrictEqual(heard(opened({ output: 2 }), output), output)
  assert.deepStrictEqual(heard(opened({ output: 1 }), output), known)
})
