import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeServerMessage, encodeAgentMessage } from '@apsis/wire/codec'
import type { Extensions } from '@apsis/wire/message'
import { EXTENSIONS } from '@apsis/wire/session'
import type { ProcSpec } from '@apsis/wire/spec'
import type { AgentEvent } from '../ports.ts'
import { AgentHub } from './hub.ts'
import { OutputSink } from './output-sink.ts'

/** What the server itself asks for. */
const SPEC: ProcSpec = { argv: ['/bin/true'], env: { inherit: true }, orphans: 'kill' }

/** A hub with one agent; what the hub emits after the registration, and the specs that the agent is asked for. */
function hubWith(extensions: Extensions | undefined) {
  const events: AgentEvent[] = []
  const asked: ProcSpec[] = []
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const clock = { now: () => 0, monotonic: () => 0, wake: () => () => {}, after: () => () => {}, soon: () => {} }
  const hub = new AgentHub({
    clock,
    log,
    sink: new OutputSink({ append: async () => [], clock, log, listener: () => {} }),
    token: 'tok',
    reconnectTimeout: null,
    updateInterval: null,
    emit: (event) => events.push(event),
    changed: () => {},
  })
  const end = hub.open({
    send: (frame) => {
      const decoded = decodeServerMessage(frame)
      assert.ok(decoded.ok)
      if (decoded.message.type === 'ProcStartRequest') asked.push(...Object.values(decoded.message.specs))
    },
    ping: () => {},
    close: () => {},
    address: '127.0.0.1',
    port: 1,
  })
  const proc = { pid: 1, ppid: 1, uid: 0, euid: 0, username: 'u', gid: 0, egid: 0, groupname: 'g', hostname: 'farm1' }
  end.receive(
    encodeAgentMessage({
      type: 'Register',
      conn: { conn_id: 'c', group_id: 'default', restricted_exe: null },
      proc,
      proc_ids: [],
      access_token: 'tok',
      shutdown_state: 'active',
      ...(extensions === undefined ? {} : { extensions }),
    }),
  )
  assert.deepEqual(events.splice(0), [{ type: 'registered', connId: 'c', procIds: [] }])
  return { hub, events, asked }
}

test('an existing agent gets what the server asks for by itself, and nothing is said about it', () => {
  const { hub, events, asked } = hubWith(undefined)
  assert.equal(hub.start('c', 'r1', SPEC), true)
  const { orphans: _orphans, ...existing } = SPEC
  assert.deepEqual([asked, events], [[existing], []])
})

test('an existing agent is not asked for what it must not run as far as it knows it', () => {
  const { hub, events, asked } = hubWith(undefined)
  const refused: readonly (readonly [Partial<ProcSpec>, string])[] = [
    [{ mask: ['secret'] }, 'mask'],
    [{ user: 'u', group: 'g', groups: [], search_path: true }, 'user, group, groups, search_path'],
    [{ cwd: '/x', umask: 0, timeout: 5 }, 'cwd, umask'],
    [{ fds: [['stdin', { data: { text: 'x' } }]] }, 'fds.stdin.data'],
  ]
  for (const [more, members] of refused) {
    const expected = { name: 'RangeError', message: `agent farm1 does not support ${members}: upgrade it` }
    assert.throws(() => hub.start('c', 'r1', { ...SPEC, ...more }), expected)
  }
  assert.deepEqual([asked, events], [[], []])
})

test('an existing agent runs without what else it does not know, and the run is told so once', () => {
  const { hub, events, asked } = hubWith(undefined)
  assert.equal(hub.start('c', 'r1', { ...SPEC, nice: 5, timeout: 5, limits: { core: 0 } }), true)
  const { orphans: _orphans, ...existing } = SPEC
  const message = 'agent farm1 does not support limits, nice, timeout: started without; upgrade it'
  assert.deepEqual([asked, events], [[existing], [{ type: 'failed', procId: 'r1', message }]])
})

test('our agent gets everything', () => {
  const { hub, events, asked } = hubWith(EXTENSIONS)
  const spec: ProcSpec = { ...SPEC, mask: ['secret'], user: 'u', timeout: 5 }
  assert.equal(hub.start('c', 'r1', spec), true)
  assert.deepEqual([asked, events], [[spec], []])
})
