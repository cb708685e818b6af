import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeAgentMessage, encodeServerMessage } from '../codec/index.ts'
import type { Extensions } from '../message/index.ts'
import { AgentSession, EXTENSIONS, ServerSession } from './index.ts'
import { REGISTER } from './register.fixture.ts'

interface Pair {
  readonly agent: AgentSession
  readonly server: ServerSession
}

function connect(agentExtensions: Extensions, serverExtensions: Extensions): Pair {
  const agent = new AgentSession({ extensions: agentExtensions, now: 0 })
  const server = new ServerSession({ token: 'tok', extensions: serverExtensions, now: 0 })
  for (const register of agent.opened(0, REGISTER).send) {
    for (const registered of server.receive(register, 0).send) agent.receive(registered, 0)
  }
  return { agent, server }
}

test('SES19: a closed session is over', () => {
  const { agent, server } = connect(EXTENSIONS, EXTENSIONS)
  assert.equal(agent.receive('text', 1).close?.code, 1003)
  assert.equal(server.receive('text', 1).close?.code, 1003)
  const nothing = { send: [], ping: false, messages: [], close: null, notes: [] }
  assert.deepStrictEqual(agent.receive(encodeServerMessage({ type: 'ProcidListRequest' }), 2), nothing)
  assert.deepStrictEqual(server.receive(encodeAgentMessage({ type: 'ProcidList', proc_ids: [] }), 2), nothing)
  for (const session of [agent, server]) {
    assert.deepStrictEqual(session.tick(1e9), nothing)
    session.heard(1e9)
    assert.equal(session.nextTick, Infinity)
  }
  assert.deepStrictEqual(agent.opened(2, REGISTER), nothing)
})

test('SES20: both negotiate the same', () => {
  const extensions = fc.dictionary(fc.constantFrom('output', 'stop', 'errors', 'later'), fc.integer({ min: 1, max: 4 }))
  fc.assert(
    fc.property(extensions, extensions, (ours, theirs) => {
      const { agent, server } = connect(ours, theirs)
      assert.deepEqual({ ...agent.common }, { ...server.common })
      for (const [name, version] of Object.entries(server.common))
        assert.equal(version, Math.min(ours[name] ?? 0, theirs[name] ?? 0))
    }),
  )
  const existing = new ServerSession({ token: 'tok', extensions: EXTENSIONS, now: 0 })
  existing.receive(encodeAgentMessage(REGISTER), 0)
  assert.deepEqual(existing.common, {})
})

test('SES21: nextTick', () => {
  const pair = connect(EXTENSIONS, EXTENSIONS)
  for (const session of [pair.agent, pair.server]) {
    let closed = false
    for (let steps = 0; !closed; steps++) {
      assert.ok(steps < 10)
      const due = session.nextTick
      const before = session.tick(due - 1)
      assert.deepEqual([before.ping, before.close], [false, null])
      const output = session.tick(due)
      closed = output.close !== null
      assert.ok(closed || output.ping)
    }
  }
})

test('SES22: no frame makes a session throw', () => {
  const frame = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.string(),
    fc.constant(encodeServerMessage({ type: 'Registered' })),
    fc.constant(encodeAgentMessage(REGISTER)),
  )
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.boolean(), (frames, registered) => {
      const agent = new AgentSession({ extensions: EXTENSIONS, now: 0 })
      const pair = registered
        ? connect(EXTENSIONS, EXTENSIONS)
        : { agent, server: new ServerSession({ token: 'tok', extensions: EXTENSIONS, now: 0 }) }
      let now = 0
      for (const bytes of frames) {
        now += 1000
        assert.ok(Array.isArray(pair.agent.receive(bytes, now).notes))
        assert.ok(Array.isArray(pair.server.receive(bytes, now).notes))
      }
    }),
    { numRuns: 1000 },
  )
})
