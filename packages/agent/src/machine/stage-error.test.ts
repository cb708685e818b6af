import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stageErrorText } from './stage-error.ts'

test('AGT39: an error of a limit or a control group names it, where the launcher did', () => {
  const limit = { stage: 'limits', fd: null, errno: 1, text: 'nofile: Operation not permitted' }
  assert.equal(stageErrorText(limit, 'x'), 'limits failed: nofile: Operation not permitted (os error 1)')
  const old = { ...limit, text: 'Operation not permitted' }
  assert.equal(stageErrorText(old, 'x'), 'limits failed: Operation not permitted (os error 1)')
  const cgroup = { stage: 'cgroup', fd: null, errno: 22, text: 'memory.max: Invalid argument' }
  assert.equal(stageErrorText(cgroup, 'x'), 'cgroup failed: memory.max: Invalid argument (os error 22)')
})

test('AGT39: a proc that was killed before it started', () => {
  const killed = { stage: 'start', fd: null, errno: 4, text: 'Interrupted system call' }
  const text = 'start failed: killed before it started, by a stop or perhaps by its memory limit'
  assert.equal(stageErrorText(killed, 'x'), text)
  assert.equal(
    stageErrorText({ ...killed, errno: 12, text: 'Cannot allocate memory' }, 'x'),
    'start failed: Cannot allocate memory (os error 12)',
  )
})
