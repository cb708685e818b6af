import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, bound, due, fresh, RUNS, SCHEDULE } from './fixture.test.ts'
import { withoutEndedHold } from './hold.ts'
import type { RunInput } from './input.ts'
import { MAX_REASON, reasonFault, withReason } from './reason.ts'
import { recover } from './recover.ts'
import type { Run, ScheduledRun } from './run.ts'
import { step } from './step.ts'

const HOLD: RunInput = { type: 'hold', until: null, reason: 'why', pause: null }
const RELEASE: RunInput = { type: 'release', reason: null }
const START: RunInput = {
  type: 'start',
  bind: { ok: true, bound: bound() },
  handle: { id: 'p', on: 'server', agent: null },
}

function scheduled(...inputs: RunInput[]): ScheduledRun {
  const { run } = after(fresh(9_000), SCHEDULE, ...inputs)
  assert.ok(run.state === 'scheduled')
  return run
}

function messages(run: Run, input: RunInput, now = 500): readonly string[] {
  const result = step(run, input, now)
  assert.ok(result.ok)
  return result.facts.map((fact) => ('message' in fact ? fact.message : fact.type))
}

test('RUN60: a held run does not begin when it is due, and notes that once', () => {
  const held = scheduled(HOLD)
  assert.deepEqual(held.held, { since: 1000, until: null, reason: 'why', due: false, pause: null })
  const past = step(held, due(), 5_000)
  assert.ok(past.ok && past.run.state === 'scheduled')
  assert.deepEqual(past.run.held, { ...held.held, due: true })
  assert.deepEqual(past.facts, [{ type: 'log', message: 'due, but held: why' }])
  const again = step(past.run, due(), 6_000)
  assert.ok(again.ok)
  assert.equal(again.run, past.run)
})

test('RUN61: a released run is armed for its time, past or not; its hold timer is disarmed', () => {
  for (const held of [scheduled(HOLD), scheduled(HOLD, due()), scheduled({ ...HOLD, until: 5_000 })]) {
    const released = step(held, RELEASE, 2_000)
    assert.ok(released.ok && released.run.state === 'scheduled')
    assert.equal(released.run.held, null)
    assert.deepEqual(released.effects, [
      { type: 'disarm', key: 'hold' },
      { type: 'arm', key: 'due', at: 1_000 },
    ])
  }
  assert.deepEqual(messages(scheduled(HOLD), { ...RELEASE, reason: 'go' }), ['released: go'])
})

test('RUN62: a hold until a time ends with its timer; one that was set anew meanwhile goes on', () => {
  const held = scheduled({ ...HOLD, until: 5_000 })
  const timer: RunInput = { type: 'timer', key: 'hold' }
  const early = step(held, timer, 4_000)
  assert.ok(early.ok && early.run === held)
  assert.deepEqual(early.effects.at(-1), { type: 'arm', key: 'hold', at: 5_000 })
  const ended = step(held, timer, 5_000)
  assert.ok(ended.ok && ended.run.state === 'scheduled')
  assert.equal(ended.run.held, null)
  const endless = step(scheduled(HOLD), timer, 9_000)
  assert.ok(endless.ok && endless.run.state === 'scheduled' && endless.run.held !== null)
  const past = step(held, { ...HOLD, until: 4_000 }, 4_000)
  assert.ok(!past.ok && past.rejection.code === 'REQUEST')
})

test('RUN63: a hold that is given again keeps since when, and that it is due', () => {
  const run = scheduled(HOLD, due(), { ...HOLD, until: 70_000, reason: null })
  assert.deepEqual(run.held, { since: 1_000, until: 70_000, reason: null, due: true, pause: null })
})

test('RUN64: a pause holds a run that is due', () => {
  assert.equal(scheduled({ ...HOLD, pause: 'p' }).held?.due, true)
})

test('RUN65: a moved run has its new time, its stop time as far from it, its hold, and all else as before', () => {
  const before = scheduled(HOLD, due())
  const moved = step(before, { type: 'move', time: 61_000, reason: null }, 2_000)
  assert.ok(moved.ok && moved.run.state === 'scheduled' && before.held !== null)
  const times = { ...before.times, schedule: 61_000, stop: 69_000 }
  assert.deepEqual(moved.run, { ...before, version: before.version + 1, times, held: { ...before.held, due: false } })
  assert.deepEqual(moved.effects[0], { type: 'arm', key: 'due', at: 61_000 })
  const same = step(before, { type: 'move', time: 1_000, reason: null }, 2_000)
  assert.ok(same.ok && same.run === before)
})

test('RUN66: hold, release and move are of scheduled runs only', () => {
  const inputs: readonly RunInput[] = [HOLD, RELEASE, { type: 'move', time: 5, reason: null }]
  for (const run of RUNS) {
    for (const input of inputs) {
      const result = step(run, input, 0)
      if (run.state === 'scheduled') continue
      assert.ok(!result.ok && result.rejection.code === 'RUN_STATE', `${input.type} ${run.state}`)
      assert.equal(result.rejection.message, `can't ${input.type} r1 in state ${run.state}`)
    }
  }
  const free = step(scheduled(), RELEASE, 0)
  assert.ok(!free.ok && free.rejection.message === "can't release r1: run is not held")
})

test('RUN67: a held run that begins or ends is held no longer', () => {
  for (const input of [START, { type: 'skip', message: null } as const]) {
    const result = step(scheduled({ ...HOLD, until: 5_000 }), input, 2_000)
    assert.ok(result.ok && !('held' in result.run))
    assert.ok(result.effects.some((effect) => effect.type === 'disarm' && effect.key === 'hold'))
  }
})

test('RUN68: recover arms what a held run waits for', () => {
  const due1000 = { type: 'arm', key: 'due', at: 1_000 }
  assert.deepEqual(recover(scheduled(HOLD), 0), [due1000])
  assert.deepEqual(recover(scheduled(HOLD, due()), 0), [])
  assert.deepEqual(recover(scheduled({ ...HOLD, until: 5_000 }), 0), [due1000, { type: 'arm', key: 'hold', at: 5_000 }])
})

test('RUN69: every change of a scheduled run arms all of its timers, since it may be the first to take it up', () => {
  const note: RunInput = { type: 'note', message: 'n' }
  const result = step(scheduled({ ...HOLD, until: 5_000 }), note, 2_000)
  assert.ok(result.ok)
  assert.deepEqual(result.effects, [
    { type: 'arm', key: 'due', at: 1_000 },
    { type: 'arm', key: 'hold', at: 5_000 },
  ])
})

test('RUN70: a reason follows what is done in the log; it has at most a thousand characters', () => {
  const running = RUNS.find(({ state }) => state === 'running')
  const ended = RUNS.find(({ state }) => state === 'success')
  assert.ok(running?.state === 'running' && ended !== undefined)
  const reason = ' because '
  assert.deepEqual(messages(running, { type: 'stop', reason }), ['stopping: because'])
  assert.deepEqual(messages(running, { type: 'signal', signum: 10, name: 'SIGUSR1', reason }), [
    'sending SIGUSR1: because',
  ])
  assert.deepEqual(messages(ended, { type: 'mark', state: 'error', reason }), ['marked as error: because'])
  assert.deepEqual(messages(scheduled(), { type: 'skip', message: 'because' }), ['skipped: because'])
  assert.equal(messages(scheduled(), { ...START, reason })[0], 'scheduled run started by override: because')
  assert.equal(withReason('done', ' '), 'done')
  assert.equal(reasonFault('x'.repeat(MAX_REASON)), null)
  assert.equal(reasonFault('x'.repeat(MAX_REASON + 1)), 'the reason has 1001 characters, at most 1000 are taken')
})

test('RUN71: a hold whose time has come is none any more, whoever releases the run', () => {
  const run = scheduled({ ...HOLD, until: 5_000 })
  assert.equal(withoutEndedHold(run, 4_999), run)
  assert.deepEqual(withoutEndedHold(run, 5_000), { ...run, held: null })
  for (const other of [scheduled(HOLD), ...RUNS]) assert.equal(withoutEndedHold(other, 9_000), other)
})
