import assert from 'node:assert/strict'
import test from 'node:test'
import { cgroupText, leftoverText } from '../cgroup-log.ts'

test('SURV4: which control groups there are, and why not more', () => {
  assert.equal(
    cgroupText({ kind: 'none', reasons: [{ controllers: null, text: 'v2: mounted read-only' }] }),
    'control groups: none: v2: mounted read-only',
  )
  assert.equal(cgroupText({ kind: 'none', reasons: [] }), 'control groups: none: there are none here')
  const v2 = { folder: '/cg/agent', controllers: ['memory', 'pids'] }
  assert.equal(
    cgroupText({ kind: 'v2', v2, v1: new Map(), reasons: [] }),
    'control groups: v2: v2 in /cg/agent (memory, pids)',
  )
  const bare = { folder: '/cg', controllers: [] }
  assert.equal(
    cgroupText({
      kind: 'hybrid',
      v2: bare,
      v1: new Map([['cpu', '/cg/cpu']]),
      reasons: [{ controllers: ['cpu'], text: 'v2: no controller cpu' }],
    }),
    'control groups: hybrid: v2 in /cg (no controllers), v1 cpu in /cg/cpu; v2: no controller cpu',
  )
  assert.match(leftoverText('/cg/x'), /^control group \/cg\/x is left of a monitor that was killed/)
})
