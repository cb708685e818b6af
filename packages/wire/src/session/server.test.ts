import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeServerMessage, encodeAgentMessage } from '../codec/index.ts'
import type { Extensions, ProcStartRequest, Register } from '../message/index.ts'
import { encode } from '../msgpack/index.ts'
import { EXTENSIONS, LARGEST_REQUEST, ServerSession } from './index.ts'
import { REGISTER } from './register.fixture.ts'
import { sameToken } from './token.ts'

function create(now = 0): ServerSession {
  return new ServerSession({ token: 'tok', extensions: EXTENSIONS, now })
}

function opened(extensions?: Extensions, now = 0): ServerSession {
  const session = create(now)
  const register: Register = extensions === undefined ? REGISTER : { ...REGISTER, extensions }
  assert.equal(session.receive(encodeAgentMessage(register), now).close, null)
  return session
}

test('SES1: registration', () => {
  const session = create()
  assert.equal(session.peer, null)
  const output = session.receive(encodeAgentMessage(REGISTER), 5)
  assert.deepStrictEqual(
    output.send.map((frame) => decodeServerMessage(frame)),
    [{ ok: true, message: { type: 'Registered' } }],
  )
  assert.deepStrictEqual(output.messages, [{ ...REGISTER, access_token: '' }])
  assert.deepStrictEqual(session.peer, { ...REGISTER, access_token: '' })
  assert.equal(output.close, null)
})

test('SES24: a session without an expected token', () => {
  assert.throws(() => new ServerSession({ token: '', extensions: {}, now: 0 }), RangeError)
})

test('SES2: refused registrations', () => {
  const frames: readonly (readonly [Uint8Array | string, RegExp])[] = [
    [encodeAgentMessage({ ...REGISTER, access_token: 'tok2' }), /^access token refused: conn_id c1, group_id default$/],
    [encodeAgentMessage({ ...REGISTER, access_token: '' }), /access token refused/],
    [encodeAgentMessage({ type: 'ProcDelete', proc_id: 'p' }), /expected Register, got ProcDelete/],
    ['hello', /a text frame/],
    [new Uint8Array([0xc1]), /malformed/],
    [encode({ ...REGISTER, conn: null }), /conn: expected a map, got null/],
  ]
  for (const [frame, note] of frames) {
    const session = create()
    const output = session.receive(frame, 1)
    assert.equal(output.close?.code, 1008)
    assert.deepEqual(output.send, [])
    assert.deepEqual(output.messages, [])
    assert.match(output.notes.join(), note)
    assert.ok(!output.notes.join().includes('tok2'))
    assert.equal(session.peer, null)
  }
  const late = create(1000)
  assert.equal(late.nextTick, 61_000)
  assert.equal(late.tick(60_999).close, null)
  assert.deepEqual(late.tick(61_000).close, { code: 1008, reason: 'no Register in time' })
})

test('SES3: extensions are named to those that named theirs', () => {
  const session = create()
  const { send } = session.receive(encodeAgentMessage({ ...REGISTER, extensions: { stop: 3, other: 1 } }), 0)
  assert.deepStrictEqual(
    send.map((frame) => decodeServerMessage(frame)),
    [{ ok: true, message: { type: 'Registered', extensions: EXTENSIONS } }],
  )
  assert.deepStrictEqual(session.common, { stop: 1 })
  assert.deepStrictEqual(opened().common, {})
})

test('SES4: pings', () => {
  const session = opened()
  assert.equal(session.nextTick, 20_000)
  assert.equal(session.tick(19_999).ping, false)
  assert.equal(session.tick(20_000).ping, true)
  assert.equal(session.tick(20_000).ping, false)
  session.heard(20_001)
  assert.equal(session.nextTick, 40_000)
  assert.equal(session.tick(40_000).ping, true)
})

test('SES5: silence', () => {
  const session = opened()
  for (const now of [20_000, 40_000]) assert.deepEqual([session.tick(now).ping, session.nextTick], [true, now + 20_000])
  assert.equal(session.tick(59_999).close, null)
  assert.deepEqual(session.tick(60_000).close, { code: 1011, reason: 'nothing heard in time' })
  // The host was suspended for an hour: the agent gets its chance.
  const slept = opened()
  assert.deepEqual([slept.tick(3_600_000).ping, slept.nextTick], [true, 3_620_000])
  assert.equal(slept.tick(3_619_999).close, null)
  slept.heard(3_619_999)
  assert.equal(slept.tick(3_620_000).close, null)
  const gone = opened()
  gone.tick(3_600_000)
  assert.equal(gone.tick(3_620_000).close?.code, 1011)
  // Frames are signs of life like pongs.
  const busy = opened()
  for (let now = 0; now < 300_000; now += 10_000) {
    busy.receive(encodeAgentMessage({ type: 'ProcidList', proc_ids: [] }), now)
    assert.equal(busy.tick(now).close, null)
  }
})

test('SES6: messages', () => {
  const session = opened()
  const list = { type: 'ProcidList', proc_ids: ['a'] } as const
  assert.deepStrictEqual(session.receive(encodeAgentMessage(list), 1).messages, [list])
  const ignored: readonly (readonly [Uint8Array, RegExp])[] = [
    [encode({ type: 'Nope' }), /unknown message type "Nope"/],
    [encode({ type: 'ProcDelete' }), /proc_id: missing; expected a string/],
    [encodeAgentMessage(REGISTER), /a second Register/],
    [
      encodeAgentMessage({ type: 'ProcOutput', proc_id: 'p', fd: '1', start: 0, data: new Uint8Array(1) }),
      /ProcOutput without the extension output/,
    ],
  ]
  for (const [frame, note] of ignored) {
    const output = session.receive(frame, 2)
    assert.deepEqual([output.messages, output.close, output.send], [[], null, []])
    assert.match(output.notes.join(), note)
  }
  const extended = opened(EXTENSIONS)
  const data = { type: 'ProcOutput', proc_id: 'p', fd: '1', start: 0, data: new Uint8Array(1) } as const
  assert.deepStrictEqual(extended.receive(encodeAgentMessage(data), 1).messages, [data])
})

test('SES7: frames that are not of the protocol', () => {
  assert.equal(opened().receive('text', 1).close?.code, 1003)
  assert.equal(opened().receive(new Uint8Array([0xc1]), 1).close?.code, 1007)
})

test('SES8: what must not be sent', () => {
  assert.throws(() => create().encode({ type: 'ProcidListRequest' }), RangeError)
  const session = opened(EXTENSIONS)
  assert.throws(
    () => opened().encode({ type: 'ProcStopRequest', proc_id: 'p', signum: 15, grace: null }),
    /needs the extension stop/,
  )
  assert.throws(() => session.encode({ type: 'Registered' }), RangeError)
  assert.throws(() => session.encode({ type: 'ProcStartRequest', specs: { p: { argv: [] } } }), /empty argv: p/)
  const many = Object.fromEntries(Array.from({ length: 1025 }, (_, index) => [`p${index}`, { argv: ['a'] }]))
  assert.throws(() => session.encode({ type: 'ProcStartRequest', specs: many }), /1025 specs/)
  assert.throws(
    () => session.encode({ type: 'ProcFdDataRequest', proc_id: 'p', fd: '1', start: -1, stop: null }),
    RangeError,
  )
  assert.throws(
    () => session.encode({ type: 'ProcFdDataRequest', proc_id: 'p', fd: '1', start: 5, stop: 4 }),
    RangeError,
  )
  assert.throws(
    () => session.encode({ type: 'ProcStartRequest', specs: { p: { argv: ['x'.repeat(LARGEST_REQUEST)] } } }),
    /the limit is 16777216/,
  )
  assert.ok(session.encode({ type: 'ProcFdDataRequest', proc_id: 'p', fd: '1', start: 5, stop: 5 }).length > 0)
  assert.ok(session.encode({ type: 'ProcStopRequest', proc_id: 'p', signum: 15, grace: null }).length > 0)
})

test('SES9: extended members of specs', () => {
  const request: ProcStartRequest = {
    type: 'ProcStartRequest',
    specs: { p: { argv: ['a'], nice: 5, timeout: 9, orphans: 'kill' } },
  }
  assert.deepStrictEqual(decodeServerMessage(opened(EXTENSIONS).encode(request)), { ok: true, message: request })
  assert.deepStrictEqual(decodeServerMessage(opened().encode(request)), {
    ok: true,
    message: { type: 'ProcStartRequest', specs: { p: { argv: ['a'] } } },
  })
  // The version of our agent that has `stop` and no more refuses members that it does not know.
  const former = { output: 2, stop: 1, errors: 1, results: 1 }
  assert.deepStrictEqual(decodeServerMessage(opened(former).encode(request)), {
    ok: true,
    message: { type: 'ProcStartRequest', specs: { p: { argv: ['a'] } } },
  })
  const masked: ProcStartRequest = { type: 'ProcStartRequest', specs: { p: { argv: ['a'], mask: ['secret'] } } }
  assert.ok(opened(EXTENSIONS).encode(masked).length > 0)
  assert.throws(() => opened().encode(masked), /^RangeError: the agent does not support mask: p$/)
})

test('SES10: a stranger costs less', () => {
  const ids = Array.from({ length: 160_000 }, () => '')
  const big = create().receive(encode({ ...REGISTER, proc_ids: ids }), 1)
  assert.match(big.notes.join(), /more than 150000 values/)
  assert.match(
    create()
      .receive(new Uint8Array(8 * 1024 * 1024 + 1), 1)
      .notes.join(),
    /the limit is 8388608/,
  )
  const session = opened()
  assert.equal(session.receive(encode({ type: 'ProcidList', proc_ids: ids }), 1).messages.length, 1)
})

test('SES23: tokens', () => {
  assert.ok(sameToken('abc', 'abc'))
  assert.ok(sameToken('', ''))
  assert.ok(sameToken('é😀', 'é😀'))
  for (const wrong of ['', 'ab', 'abcd', 'abd', 'xbc', 'abcabc', 'ABC']) assert.ok(!sameToken('abc', wrong), wrong)
  assert.ok(!sameToken('', 'a'))
  assert.ok(!sameToken('', '\0'))
  assert.ok(!sameToken('aa', 'aaa'))
})
