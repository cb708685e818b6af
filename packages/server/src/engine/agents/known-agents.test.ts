import assert from 'node:assert/strict'
import test from 'node:test'
import type { AgentView } from '../ports.ts'
import { KnownAgents } from './known-agents.ts'

function view(connId: string, group: string, shutdownState: AgentView['shutdownState'] = 'active'): AgentView {
  const proc = { pid: 1, ppid: 1, uid: 0, euid: 0, username: 'u', gid: 0, egid: 0, groupname: 'g', hostname: 'h' }
  return {
    conn: { conn_id: connId, group_id: group, restricted_exe: null },
    proc,
    address: '127.0.0.1',
    port: 1,
    connected: false,
    shutdownState,
    firstConnect: 0,
    lastConnect: 0,
    lastDisconnect: 0,
    connects: 1,
    received: 0,
    sent: 0,
  }
}

test('the agent of a group that left last counts, while it is listed, is active and is away', () => {
  const known = new KnownAgents()
  assert.equal(known.leftLast('a'), null)
  known.remember(view('one', 'a'), 1)
  known.remember(view('other', 'b'), 7)
  known.remember(view('two', 'a'), 3)
  known.remember(view('idle', 'a', 'idling'), 5)
  assert.deepEqual([known.leftLast('a'), known.leftLast('b'), known.leftLast('c')], [3, 7, null])
  known.disconnect('one', view('one', 'a'), 9)
  assert.equal(known.leftLast('a'), 9)
  known.disconnect('one', view('one', 'c'), 10)
  assert.deepEqual([known.leftLast('a'), known.leftLast('c')], [3, 10], 'it is of another group now')
  assert.ok(known.remove('two'))
  assert.equal(known.leftLast('a'), null)
  for (let n = known.views().length; n < 10_000; n++) known.remember(view(`more-${n}`, 'd'), n)
  assert.notEqual(known.makeRoom(), 'full')
  assert.deepEqual([known.leftLast('b'), known.leftLast('d')], [null, 9_999])
})
