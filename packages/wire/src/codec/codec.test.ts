import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AgentMessage, ServerMessage } from '../message/index.ts'
import { encode } from '../msgpack/index.ts'
import { AGENT_FRAMES, bytes } from './agent-frames.fixture.ts'
import {
  commonExtensions,
  decodeAgentMessage,
  decodeServerMessage,
  encodeAgentMessage,
  encodeServerMessage,
} from './index.ts'

const REGISTER = AGENT_FRAMES.flatMap(([message]) => (message.type === 'Register' ? [message] : []))[0] ?? assert.fail()
const PYTHON_SPEC = {
  argv: ['/usr/bin/bash', '-c', 'exit 0'],
  env: { inherit: true, vars: { APSIS_RUN_ID: 'r5' } },
  fds: [
    ['stdout', { capture: { mode: 'tempfile', encoding: null, attached: false } }],
    ['stderr', { dup: { fd: 1 } }],
  ],
  systemd_properties: { slice: { tasks_accounting: true, memory_max: 2 ** 36, memory_swap_max: 0 } },
} as const

const SERVER_MESSAGES: readonly ServerMessage[] = [
  { type: 'Registered' },
  { type: 'Registered', extensions: { output: 1, stop: 2 } },
  { type: 'ProcStartRequest', specs: { p1: PYTHON_SPEC } },
  { type: 'ProcStartRequest', specs: {} },
  { type: 'ProcidListRequest' },
  { type: 'ProcResultRequest', proc_id: 'p1' },
  { type: 'ProcSignalRequest', proc_id: 'p1', signum: 15 },
  { type: 'ProcFdDataRequest', proc_id: 'p1', fd: 'stdout', start: 5, stop: null },
  { type: 'ProcFdDataRequest', proc_id: 'p1', fd: '1', start: 2 ** 40, stop: 2 ** 41 },
  { type: 'ProcDeleteRequest', proc_id: 'p1' },
  { type: 'ProcOutputRequest', proc_id: 'p1', fd: 'stdout', start: 0, window: 65536 },
  { type: 'ProcOutputAck', proc_id: 'p1', fd: 'stdout', offset: 9 },
  { type: 'ProcStopRequest', proc_id: 'p1', signum: 15, grace: 0.5 },
  { type: 'ProcStopRequest', proc_id: 'p1', signum: 15, grace: null },
  { type: 'ProcResultEvery', proc_id: 'p1', interval: 2.5 },
  { type: 'ProcResultEvery', proc_id: 'p1', interval: null },
]
const AGENT_MESSAGES: readonly AgentMessage[] = [
  ...AGENT_FRAMES.map(([message]) => message),
  { ...REGISTER, extensions: { output: 1 } },
  { type: 'ProcOutput', proc_id: 'p1', fd: 'stdout', start: 2 ** 33, data: new Uint8Array(70_000) },
  { type: 'ProcOutput', proc_id: 'p1', fd: 'stdout', start: 2 ** 33, data: new Uint8Array(0), dropped: 2 ** 33 },
]

function errorOf(
  value: unknown,
  decode: typeof decodeAgentMessage | typeof decodeServerMessage = decodeAgentMessage,
): string {
  const result = decode(value instanceof Uint8Array || typeof value === 'string' ? value : encode(value))
  return result.ok ? '' : `${result.error.code}: ${result.error.text}`
}

test('MSG1: frames of existing agents', () => {
  for (const [message, frame] of AGENT_FRAMES) assert.deepStrictEqual(decodeAgentMessage(frame), { ok: true, message })
})

test('MSG2: our frames are theirs', () => {
  for (const [message, frame] of AGENT_FRAMES) {
    assert.equal(
      Buffer.from(encodeAgentMessage(message)).toString('hex'),
      Buffer.from(frame).toString('hex'),
      message.type,
    )
  }
})

test('MSG3: requests of existing servers', () => {
  const frames: readonly (readonly [Uint8Array, ServerMessage])[] = [
    [bytes(0x81, 'type', 'Registered'), { type: 'Registered' }],
    [bytes(0x81, 'type', 'ProcidListRequest'), { type: 'ProcidListRequest' }],
    [
      bytes(0x83, 'proc_id', 'p', 'signum', 15, 'type', 'ProcSignalRequest'),
      { type: 'ProcSignalRequest', proc_id: 'p', signum: 15 },
    ],
    [
      bytes(0x85, 'proc_id', 'p', 'fd', 'stdout', 'start', 0, 'stop', 0xc0, 'type', 'ProcFdDataRequest'),
      { type: 'ProcFdDataRequest', proc_id: 'p', fd: 'stdout', start: 0, stop: null },
    ],
    [
      bytes(0x84, 'type', 'ProcFdDataRequest', 'proc_id', 'p', 'fd', 'stdout', 'start', 7),
      { type: 'ProcFdDataRequest', proc_id: 'p', fd: 'stdout', start: 7, stop: null },
    ],
    [
      bytes(
        0x82,
        'specs',
        0x81,
        'p',
        0x82,
        'argv',
        0x91,
        '/bin/true',
        'fds',
        0x91,
        0x92,
        'stdin',
        0x81,
        'null',
        0x80,
        'type',
        'ProcStartRequest',
      ),
      { type: 'ProcStartRequest', specs: { p: { argv: ['/bin/true'], fds: [['stdin', { null: {} }]] } } },
    ],
  ]
  for (const [frame, message] of frames) assert.deepStrictEqual(decodeServerMessage(frame), { ok: true, message })
})

test('MSG4: our requests', () => {
  assert.deepStrictEqual(encodeServerMessage({ type: 'Registered' }), bytes(0x81, 'type', 'Registered'))
  assert.deepStrictEqual(
    encodeServerMessage({ type: 'ProcFdDataRequest', proc_id: 'p', fd: 'stdout', start: 7, stop: null }),
    bytes(0x85, 'type', 'ProcFdDataRequest', 'proc_id', 'p', 'fd', 'stdout', 'start', 7, 'stop', 0xc0),
  )
  assert.deepStrictEqual(
    encodeServerMessage({ type: 'ProcStartRequest', specs: { p: { argv: ['a'], fds: [['1', 'close']] } } }),
    bytes(
      0x82,
      'type',
      'ProcStartRequest',
      'specs',
      0x81,
      'p',
      0x82,
      'argv',
      0x91,
      'a',
      'fds',
      0x91,
      0x92,
      '1',
      'close',
    ),
  )
})

test('MSG5: the array form', () => {
  assert.deepStrictEqual(decodeServerMessage(encode(['ProcFdDataRequest', 'p', 'stdout', 3])), {
    ok: true,
    message: { type: 'ProcFdDataRequest', proc_id: 'p', fd: 'stdout', start: 3, stop: null },
  })
  assert.deepStrictEqual(decodeServerMessage(encode(['Registered'])), { ok: true, message: { type: 'Registered' } })
  assert.equal(
    errorOf(['ProcDeleteRequest', 'p', 1], decodeServerMessage),
    'invalid: expected at most 1 members, got 2',
  )
  assert.equal(
    errorOf(['ProcOutputAck', 'p', 'stdout', 3], decodeServerMessage),
    'invalid: expected at most 0 members, got 3',
  )
  assert.equal(errorOf(['ProcDelete', 'p']), 'invalid: expected a map with a member "type"')
})

test('MSG6: round trip', () => {
  for (const message of SERVER_MESSAGES)
    assert.deepStrictEqual(decodeServerMessage(encodeServerMessage(message)), { ok: true, message })
  for (const message of AGENT_MESSAGES)
    assert.deepStrictEqual(decodeAgentMessage(encodeAgentMessage(message)), { ok: true, message })
  const text = fc.string({ unit: 'grapheme', maxLength: 50 })
  const output = fc.record({
    proc_id: text,
    fd: text,
    start: fc.maxSafeNat(),
    data: fc.uint8Array({ maxLength: 5000 }),
  })
  fc.assert(
    fc.property(output, (members) => {
      const message: AgentMessage = { type: 'ProcOutput', ...members }
      assert.deepStrictEqual(decodeAgentMessage(encodeAgentMessage(message)), { ok: true, message })
    }),
  )
})

test('MSG7: unknown members', () => {
  const { conn, proc } = REGISTER
  const more = { ...REGISTER, later: 1, conn: { ...conn, later: 1 }, proc: { ...proc, later: [1] } }
  assert.deepStrictEqual(decodeAgentMessage(encode(more)), { ok: true, message: REGISTER })
  assert.deepStrictEqual(decodeServerMessage(encode({ type: 'ProcidListRequest', later: 1 })), {
    ok: true,
    message: { type: 'ProcidListRequest' },
  })
})

test('MSG8: nothing else is written', () => {
  const { conn, proc } = REGISTER
  const more = { ...REGISTER, later: 1, conn: { later: 1, ...conn }, proc: { ...proc, later: 2 } }
  assert.deepStrictEqual(encodeAgentMessage(more), encodeAgentMessage(REGISTER))
  for (const message of AGENT_MESSAGES)
    assert.deepStrictEqual(encodeAgentMessage(Object.assign({}, message, { later: 1 })), encodeAgentMessage(message))
  for (const message of SERVER_MESSAGES)
    assert.deepStrictEqual(encodeServerMessage(Object.assign({}, message, { later: 1 })), encodeServerMessage(message))
})

test('MSG9: errors', () => {
  assert.equal(errorOf('{"type":"ProcidList"}'), 'text: a text frame; expected a binary one')
  assert.equal(
    errorOf(new Uint8Array([0xc1])),
    'malformed: malformed MessagePack: the code 0xc1, which is never used, at byte 0',
  )
  assert.equal(
    errorOf({ type: 'ProcResultRequest', proc_id: 'a' }),
    'unknown-type: unknown message type "ProcResultRequest"',
  )
  assert.equal(errorOf({ proc_id: 'a' }), 'unknown-type: expected a member "type" with the name of a message')
  assert.equal(errorOf({ type: 'constructor' }), 'unknown-type: unknown message type "constructor"')
  assert.equal(errorOf({ type: 'ProcDelete', proc_id: 5 }), 'invalid: proc_id: expected a string, got 5')
  assert.equal(errorOf(5), 'invalid: expected a map with a member "type"')
  const result = decodeServerMessage(
    encode({ type: 'ProcStartRequest', specs: { a: { argv: ['x'], cwdd: '/' }, b: { argv: 1 } } }),
  )
  assert.ok(!result.ok)
  assert.equal(
    result.error.text,
    'specs.a.cwdd: unknown key; expected "id", "exe", "argv", "env", "fds", "systemd_properties", "cwd", "umask", "orphans", "user", "group", "groups", "limits", "nice", "pdeath_signal", "signals", "search_path", "close_fds", "timeout", "stop", "cgroup", "perf", "mask", "result_env" or "fd_names"\n' +
      'specs.b.argv: expected an array of strings, got 1',
  )
  assert.deepStrictEqual(result.error.echo, { type: 'ProcStartRequest', specs: { a: {}, b: {} } })
  const long = decodeServerMessage(encode({ type: 'T'.repeat(1000), proc_id: 'p'.repeat(1000), x: 1 }))
  assert.deepStrictEqual(!long.ok && long.error.echo, { type: 'T'.repeat(255), proc_id: 'p'.repeat(255) })
})

test('MSG10: ids and tokens', () => {
  const withIds = (connId: string, groupId: string): string =>
    errorOf({ ...REGISTER, conn: { conn_id: connId, group_id: groupId, restricted_exe: null } })
  assert.equal(withIds('x'.repeat(200), 'é'), '')
  assert.equal(withIds('x'.repeat(201), 'g'), 'invalid: conn.conn_id: expected 1 to 200 characters, got 201')
  assert.equal(withIds('c', ''), 'invalid: conn.group_id: expected 1 to 200 characters, got 0')
  for (const control of ['\n', '\0', '\x7f', '\x9b'])
    assert.equal(withIds(`c${control}`, 'g'), 'invalid: conn.conn_id: expected no control characters')
  assert.equal(
    errorOf({ ...REGISTER, access_token: 'x'.repeat(4097) }),
    'invalid: access_token: longer than 4096 characters',
  )
})

test('MSG11: members of Register', () => {
  const { proc_ids: _ids, ...without } = REGISTER
  assert.deepStrictEqual(decodeAgentMessage(encode(without)), { ok: true, message: { ...REGISTER, proc_ids: [] } })
  const { access_token: _token, ...noToken } = REGISTER
  assert.equal(errorOf(noToken), 'invalid: access_token: missing; expected a string')
  const { shutdown_state: _state, ...noState } = REGISTER
  assert.equal(errorOf(noState), 'invalid: shutdown_state: missing; expected "active", "idling" or "done"')
  assert.equal(
    errorOf({ ...REGISTER, proc: { ...REGISTER.proc, pid: -1 } }),
    'invalid: proc.pid: expected a whole number from 0, got -1',
  )
})

test('MSG12: extensions', () => {
  assert.equal(
    errorOf({ ...REGISTER, extensions: { output: 0 } }),
    'invalid: extensions.output: expected a whole number from 1, got 0',
  )
  assert.equal(errorOf({ ...REGISTER, extensions: [] }), 'invalid: extensions: expected a map, got an empty array')
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`e${index}`, 1]))
  assert.equal(errorOf({ ...REGISTER, extensions: many }), 'invalid: extensions: 65 extensions, at most 64')
  assert.deepStrictEqual(commonExtensions({ output: 2, stop: 1, a: 1 }, { output: 1, stop: 3, b: 1 }), {
    output: 1,
    stop: 1,
  })
  assert.deepStrictEqual(commonExtensions({ constructor: 1 }, {}), {})
})

test('MSG13: no frame makes a decoder throw', () => {
  const frames = [...AGENT_MESSAGES.slice(0, -1).map(encodeAgentMessage), ...SERVER_MESSAGES.map(encodeServerMessage)]
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.constantFrom(...frames), changes, fc.nat(), (frame, edits, cut) => {
      const mutated = frame.slice(0, cut % 3 === 0 ? cut % (frame.length + 1) : frame.length)
      for (const [at, byte] of edits) if (mutated.length > 0) mutated[at % mutated.length] = byte
      assert.equal(typeof decodeAgentMessage(mutated).ok, 'boolean')
      assert.equal(typeof decodeServerMessage(mutated).ok, 'boolean')
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => {
      assert.equal(decodeAgentMessage(frame).ok || decodeServerMessage(frame).ok, false)
    }),
    { numRuns: 1000 },
  )
  // The dearest shapes: as many values as the limits allow, and what lies beyond them.
  const started = performance.now()
  for (const size of [499_000, 64 * 1024 * 1024]) {
    const frame = new Uint8Array(size + 5).fill(0x80)
    frame[0] = 0xdd
    new DataView(frame.buffer).setUint32(1, size)
    assert.equal(decodeAgentMessage(frame).ok, false)
  }
  assert.ok(performance.now() - started < 5000)
})

test('MSG14: no more bytes were dropped before an offset than there are, and not none', () => {
  const output = { type: 'ProcOutput', proc_id: 'p1', fd: '1', start: 10, data: new Uint8Array(0) }
  for (const dropped of [0, 11, -1, 1.5, null]) assert.notEqual(errorOf({ ...output, dropped }), '')
  assert.notEqual(errorOf({ ...output, dropped: 11 }).indexOf('dropped'), -1)
})
