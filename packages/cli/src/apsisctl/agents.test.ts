import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionJson } from '@apsis/api/json'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer } from '../command/fixture/server.ts'
import { localTime } from '../terminal/index.ts'
import { agentNamed, agentsTable } from './agents-table.ts'
import { apsisctl, type ServeHost } from './index.ts'

const noServer: ServeHost = {
  serve: async () => ({ ok: false, message: 'in use' }),
  onTermination: () => () => {},
  restart: () => assert.fail('it is not to restart'),
}

const TIME = '2026-01-02T03:04:05.000+00:00'

function agent(
  connId: string,
  group: string,
  more: { connected?: boolean; reason?: string | null; runs?: number },
): ConnectionJson {
  const { connected = true, reason, runs = 0 } = more
  return {
    shutdown_state: connected ? 'active' : 'idling',
    runs,
    drain: reason === undefined ? null : { since: TIME, reason, drained: runs === 0 },
    info: {
      conn: { conn_id: connId, group_id: group, restricted_exe: null },
      socket: { address: '127.0.0.1', port: 1 },
      proc: {
        pid: 12,
        ppid: 1,
        uid: 0,
        euid: 0,
        username: null,
        gid: 0,
        egid: 0,
        groupname: null,
        hostname: 'farm1',
      },
      stats: {
        connected,
        first_connect_time: TIME,
        last_connect_time: TIME,
        last_disconnect_time: connected ? null : TIME,
        num_connections: 1,
        num_received: 1,
        num_sent: 1,
      },
    },
  }
}

test('agents are a table by group, which says who is away, and who drains and why', () => {
  const agents = [
    agent('c2', 'other', { connected: false }),
    agent('c1', 'default', { reason: 'new disk', runs: 2 }),
    agent('c0', 'default', { reason: null }),
  ]
  assert.deepEqual(agentsTable(agents, { columns: null, zone: 'UTC' }).split('\n').slice(2), [
    'default  c0     farm1  0      12     0  connected, drained',
    'default  c1     farm1  0      12     2  connected, draining: new disk',
    `other    c2     farm1  0      12     0  away since ${localTime(Date.parse(TIME), 'UTC')}, idling`,
  ])
})

test('on a terminal ids are as long as tells them apart, and no table is wider than it', () => {
  const one = '39c0a531-61bf-42cf-9cfa-491b10d23bce'
  const other = '39c0a531-61bf-43cf-9cfa-491b10d23bce'
  const agents = [one, other, 'farm-number-seventeen'].map((id) => agent(id, 'default', { connected: false }))
  const lines = agentsTable(agents, { columns: 80, zone: 'UTC' }).split('\n')
  for (const line of lines) assert.ok(line.length <= 80, line)
  assert.match(lines[2] ?? '', /^default +39c0a531-61bf-42 +farm1 .* away since \S/)
  assert.match(lines[4] ?? '', /^default +farm-num +farm1 /)
  const ids = [one, other]
  assert.deepEqual(
    [one, '39c0a531-61bf-43', '39c0a531', '', 'x'].map((name) => agentNamed(ids, name)),
    [one, other, null, null, null],
  )
})

test('commands about agents say so where a server takes none', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  for (const args of [['agents'], ['drain', 'c1', '--reason', 'x']]) {
    const { context, err } = recorded(server.base, null)
    assert.equal(await apsisctl(args, context, noServer), 1)
    assert.match(err(), /no agent server running/)
  }
  const { context, err } = recorded(server.base, null)
  assert.equal(await apsisctl(['undrain', 'c1'], context, noServer), 1)
  assert.match(err(), /agent c1 does not drain/)
})
