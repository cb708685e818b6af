import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  after,
  bound,
  due,
  ENDED,
  FAILED,
  fresh,
  HANDLE,
  INPUTS,
  RUNS,
  SCHEDULE,
  STARTED,
  UNASSIGNED,
} from './fixture.test.ts'
import type { ConditionOutcome } from './input.ts'
import { metBecause, metText } from './met-text.ts'
import { parseRunId, type Run } from './run.ts'
import { canMove, isFinished, STATES, statesReaching, TRANSITIONS } from './state.ts'
import { step } from './step.ts'

test('RUN1: step makes exactly the moves of the table, and mark those between finished states', () => {
  const made = new Set<string>()
  for (const run of RUNS) {
    for (const input of INPUTS) {
      const result = step(run, input, 10_000)
      if (!result.ok || result.run.state === run.state) continue
      if (input.type === 'mark') {
        assert.ok(isFinished(run.state) && isFinished(result.run.state))
        continue
      }
      // A step may pass through states that it reports as facts.
      let from = run.state
      for (const fact of result.facts) {
        if (fact.type !== 'state') continue
        assert.ok(canMove(from, fact.state), `${from} → ${fact.state} by ${input.type}`)
        made.add(`${from} ${fact.state}`)
        from = fact.state
      }
      assert.equal(from, result.run.state)
    }
  }
  const legal = STATES.flatMap((from) => TRANSITIONS[from].map((to) => `${from} ${to}`))
  // A run that was never scheduled is not refused by any input: it has none but `schedule`.
  assert.deepEqual(legal.filter((move) => !made.has(move)).sort(), ['new error', 'new skipped'])
})

test('RUN2: no input in any state throws, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...INPUTS), { maxLength: 30 }), fc.array(fc.nat(100_000)), (inputs, times) => {
      let run: Run = fresh(5000)
      inputs.forEach((input, index) => {
        const result = step(run, input, times[index] ?? index)
        if (result.ok) run = result.run
      })
    }),
  )
})

test('RUN3: a change is one version on; what is ignored gives back the same run and no facts', () => {
  for (const run of RUNS) {
    for (const input of INPUTS) {
      const result = step(run, input, 10_000)
      if (!result.ok) continue
      if (result.run === run) assert.deepEqual([result.facts, result.meta], [[], null])
      else assert.equal(result.run.version, run.version + 1)
    }
  }
})

test('RUN4: a finished run changes by mark (and lines in its log) only', () => {
  for (const run of RUNS.filter(({ state }) => isFinished(state))) {
    for (const input of INPUTS) {
      const result = step(run, input, 10_000)
      if (!result.ok || input.type === 'mark') continue
      assert.equal(result.run.state, run.state)
      if (input.type !== 'note') assert.equal(result.run, run)
    }
  }
})

test('RUN5: the states from which success can be reached', () => {
  assert.deepEqual(statesReaching('success'), [
    'new',
    'scheduled',
    'waiting',
    'starting',
    'running',
    'stopping',
    'success',
  ])
})

test('RUN10: a new run is scheduled and armed for its time', () => {
  const { run, effects } = after(fresh(), SCHEDULE)
  assert.equal(run.state, 'scheduled')
  assert.deepEqual(effects, [{ type: 'arm', key: 'due', at: 1000 }])
})

test('RUN11: due without conditions starts; with conditions it waits', () => {
  const started = after(fresh(), SCHEDULE, due())
  assert.equal(started.run.state, 'starting')
  assert.deepEqual(started.effects.at(-1), { type: 'launch', again: false })
  const waiting = after(fresh(), SCHEDULE, due(2))
  assert.equal(waiting.run.state, 'waiting')
  assert.deepEqual(waiting.effects.at(-1), { type: 'evaluate' })
})

test('RUN12: what cannot be bound ends in error with the reason', () => {
  const { run } = after(fresh(), SCHEDULE, {
    type: 'due',
    bind: { ok: false, message: "name 'x' is not defined" },
    handle: HANDLE,
  })
  assert.ok(run.state === 'error' && run.message === "name 'x' is not defined" && run.bound === null)
})

test('RUN13: a waiting run says once per condition what it waits for, and goes where the conditions send it', () => {
  const wait = (index: number, because: string) =>
    ({ type: 'evaluated', outcome: { type: 'waiting', index, because }, handle: HANDLE }) as const
  const first = after(fresh(), SCHEDULE, due(2), wait(0, 'r1 runs'))
  assert.deepEqual(first.facts, [{ type: 'log', message: 'waiting until: condition 0' }])
  const same = step(first.run, wait(0, 'r2 runs'), 1)
  assert.ok(same.ok && same.run.state === 'waiting')
  assert.deepEqual(same.facts, [{ type: 'meta' }])
  assert.deepEqual(same.run.waitingFor, { index: 0, because: 'r2 runs' })
  const ready = after(first.run, { type: 'evaluated', outcome: { type: 'ready' }, handle: HANDLE })
  assert.equal(ready.run.state, 'starting')
  const skipped = after(first.run, {
    type: 'evaluated',
    outcome: { type: 'goto', state: 'skipped', because: 'twice' },
    handle: HANDLE,
  })
  assert.ok(skipped.run.state === 'skipped' && skipped.run.message === 'twice')
})

test('RUN18: what the conditions found is said where the run goes on to wait, starts, or ends', () => {
  const told = (run: Run, outcome: ConditionOutcome, met: readonly string[] = ['up is success: r7']) =>
    after(run, { type: 'evaluated', outcome, handle: HANDLE, met })
  const line = { type: 'log', message: 'met: up is success: r7' }
  const waits = after(fresh(), SCHEDULE, due(2)).run
  const next = told(waits, { type: 'waiting', index: 1, because: 'r2 runs' })
  assert.deepEqual(next.facts, [line, { type: 'log', message: 'waiting until: condition 1' }])
  assert.deepEqual(told(next.run, { type: 'waiting', index: 1, because: 'r3 runs' }).facts, [line, { type: 'meta' }])
  assert.deepEqual(told(next.run, { type: 'ready' }).facts[0], line)
  assert.deepEqual(told(next.run, { type: 'goto', state: 'skipped', because: 'twice' }).facts[0], line)
  assert.equal(told(next.run, { type: 'ready' }, []).facts.length, 1)
  assert.equal(metBecause(metText('up is success: r7')), 'up is success: r7')
  assert.equal(metBecause('waiting until: up is success'), null)
})

test('RUN14: starting early keeps the conditions of a scheduled run and passes those of a waiting one', () => {
  const start = (conditions: number) =>
    ({ type: 'start', bind: { ok: true, bound: bound(conditions) }, handle: HANDLE }) as const
  assert.equal(after(fresh(), SCHEDULE, start(1)).run.state, 'waiting')
  assert.equal(after(fresh(), SCHEDULE, start(0)).run.state, 'starting')
  assert.equal(after(fresh(), SCHEDULE, due(1), start(1)).run.state, 'starting')
  const refused = step(after(fresh(), SCHEDULE, due()).run, start(0), 1)
  assert.ok(!refused.ok && refused.rejection.message === "can't start r1 in state starting")
})

test('RUN15: without an agent one is assigned first, and only once', () => {
  const waiting = after(fresh(), SCHEDULE, due(0, UNASSIGNED))
  assert.deepEqual(waiting.effects.at(-1), { type: 'assign' })
  const assigned = after(waiting.run, { type: 'assigned', agent: 'b' })
  assert.ok(assigned.run.state === 'starting' && assigned.run.handle.agent === 'b')
  assert.deepEqual(assigned.effects.at(-1), { type: 'launch', again: false })
  assert.equal(after(assigned.run, { type: 'assigned', agent: 'c' }).run, assigned.run)
  const gone = after(assigned.run, { type: 'unassigned' })
  assert.ok(gone.run.state === 'starting' && gone.run.handle.agent === null)
  assert.deepEqual(gone.effects, [{ type: 'assign' }])
})

test('RUN20: started arms stop time and timeout; a repeat changes nothing', () => {
  const { run, effects } = after(fresh(9000), SCHEDULE, due(), STARTED)
  assert.equal(run.state, 'running')
  assert.deepEqual(effects, [
    { type: 'arm', key: 'stop', at: 9000 },
    { type: 'arm', key: 'timeout', at: 7000 },
  ])
  assert.equal(after(run, STARTED).run, run)
})

test('RUN21: an end heard of in starting passes through running, unless it never ran', () => {
  const states = (facts: readonly { type: string; state?: string }[]) => facts.flatMap((fact) => fact.state ?? [])
  assert.deepEqual(states(after(fresh(), SCHEDULE, due(), ENDED).facts), ['running', 'success'])
  assert.deepEqual(states(after(fresh(), SCHEDULE, due(), FAILED).facts), ['error'])
})

test('RUN22: the end disarms, keeps the first outcome, and releases', () => {
  const end = after(fresh(), SCHEDULE, due(), STARTED, ENDED)
  assert.deepEqual(
    end.effects.map((effect) => ('key' in effect ? `${effect.type} ${effect.key}` : effect.type)),
    ['disarm stop', 'disarm timeout', 'disarm kill', 'release'],
  )
  const again = after(end.run, FAILED)
  assert.equal(again.run, end.run)
  assert.deepEqual(again.effects, [{ type: 'release' }])
})

test('RUN23: elapsed runs from running to the end, is never negative, and mark leaves it alone', () => {
  const end = after(fresh(), SCHEDULE, due(), STARTED, { ...ENDED, at: 3500 }).run
  assert.ok('elapsed' in end && end.elapsed === 1.5)
  const back = after(fresh(), SCHEDULE, due(), STARTED, { ...ENDED, at: 100 }).run
  assert.ok('elapsed' in back && back.elapsed === 0)
  for (const at of [100, 3_600_000]) {
    const measured = after(fresh(), SCHEDULE, due(), STARTED, { ...ENDED, at, elapsed: 1_250 }).run
    assert.ok('elapsed' in measured && measured.elapsed === 1.25)
  }
  const marked = after(end, { type: 'mark', state: 'failure' }).run
  assert.ok('elapsed' in marked && marked.elapsed === 1.5 && marked.state === 'failure')
  assert.deepEqual(marked.times, end.times)
})

test('RUN24: metadata is taken while the run is live', () => {
  const running = after(fresh(), SCHEDULE, due(), STARTED)
  assert.deepEqual(after(running.run, { type: 'progress', meta: { a: 1 } }).meta, { a: 1 })
  assert.equal(after(after(running.run, ENDED).run, { type: 'progress', meta: { a: 1 } }).meta, null)
})

test('RUN50: only r and a positive integer is a run id', () => {
  assert.equal(parseRunId('r17'), 'r17')
  for (const bad of ['', 'r', 'r0', 'r01', 'r-1', 'r1.5', 'R1', 'r1 ', 'r9999999999999999'])
    assert.equal(parseRunId(bad), null)
})
