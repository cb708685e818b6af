import assert from 'node:assert/strict'
import test from 'node:test'
import { agentOptions, type GivenOptions } from './index.ts'

test('what is given comes before the environment, and that before defaults', () => {
  const env = {
    PROCSTAR_AGENT_HOST: 'h',
    PROCSTAR_AGENT_PORT: '1234',
    PROCSTAR_AGENT_CERT: '/c',
    PROCSTAR_AGENT_TOKEN: 't',
    XDG_STATE_HOME: '/s',
  }
  const parsed = agentOptions({}, env)
  assert.ok(parsed.ok)
  const {
    host,
    port,
    cert,
    token,
    stateDir,
    group,
    connectIntervalStart,
    connectIntervalMult,
    connectIntervalMax,
    connectCountMax,
  } = parsed.value
  assert.deepEqual([host, port, cert, token, stateDir], ['h', 1234, '/c', 't', '/s/procstar'])
  assert.deepEqual(
    [group, connectIntervalStart, connectIntervalMult, connectIntervalMax, connectCountMax],
    ['default', 1, 2, 15, Infinity],
  )
  // A result is kept until somebody takes it.
  assert.equal(parsed.value.keepFor, Infinity)
  const given = agentOptions({ host: null, port: 5, cert: null, token: '' }, env)
  assert.deepEqual(given.ok && [given.value.host, given.value.port, given.value.cert, given.value.token], [
    null,
    5,
    null,
    '',
  ])
  const bare = agentOptions({}, { PROCSTAR_AGENT_HOST: '', PROCSTAR_AGENT_CERT: '' })
  assert.deepEqual(bare.ok && [bare.value.host, bare.value.port, bare.value.cert, bare.value.token], [
    null,
    59789,
    null,
    '',
  ])
})

test('what is wrong is said by name', () => {
  const table: readonly (readonly [GivenOptions, Readonly<Record<string, string>>, RegExp])[] = [
    [{ port: 0 }, {}, /^port: expected a whole number from 1 to 65535, got 0$/],
    [{}, { PROCSTAR_AGENT_PORT: 'x' }, /^port: .*got NaN$/],
    [{ group: '' }, {}, /^group: expected 1 to 200 characters/],
    [{ connId: 'a\nb' }, {}, /^connId: /],
    [{ connectIntervalStart: -1 }, {}, /^connectIntervalStart: /],
    [{ connectIntervalMult: 0.5 }, {}, /^connectIntervalMult: /],
    [{ connectIntervalMax: NaN }, {}, /^connectIntervalMax: /],
    [{ connectCountMax: 0 }, {}, /^connectCountMax: /],
    [{ maxProcs: 1.5 }, {}, /^maxProcs: /],
  ]
  for (const [given, env, expected] of table) {
    const parsed = agentOptions(given, env)
    assert.match(parsed.ok ? 'no error' : parsed.error, expected)
  }
})
