import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { after, due, ENDED, fresh, ON_SERVER, RUNS, SCHEDULE, STARTED, UNASSIGNED } from './fixture.test.ts'
import type { RunInput } from './input.ts'
import { reconcile, recover } from './recover.ts'
import type { Run } from './run.ts'
import { isFinished } from './state.ts'
import { step } from './step.ts'

const types = (run: Run, now = 0) => recover(run, now).map(({ type }) => type)

test('RUN40: a lost agent is a state to show; when it is back a stop is asked for again', () => {
  const running = after(fresh(), SCHEDULE, due(), STARTED).run
  const lost = step(running, { type: 'unreachable' }, 7)
  assert.ok(lost.ok && lost.run.state === 'running' && lost.run.unreachableSince === 7)
  const back = step(lost.run, { type: 'reachable' }, 9)
  assert.ok(back.ok && back.run.state === 'running' && back.run.unreachableSince === null)
  const stopping = after(running, { type: 'stop' }).run
  const again = step(stopping, { type: 'reachable' }, 10_000)
  assert.ok(again.ok)
  assert.deepEqual(again.effects, [{ type: 'stop', signum: 15, grace: 50_000 }])
  // Once SIGKILL was sent, it is SIGKILL that is sent again.
  const killed = after(stopping, { type: 'timer', key: 'kill' }).run
  const late = step(killed, { type: 'reachable' }, 70_000)
  assert.ok(late.ok)
  assert.deepEqual(late.effects, [{ type: 'stop', signum: 9, grace: 0 }])
})

test('RUN44: a wall clock that was set makes the grace period of a stop that is asked for again no shorter and no longer', () => {
  const stopping = after(fresh(), SCHEDULE, due(), STARTED, { type: 'stop' }).run
  for (const now of [-3_600_000, 3_600_000]) {
    const again = step(stopping, { type: 'reachable' }, now)
    assert.ok(again.ok)
    assert.deepEqual(again.effects, [{ type: 'stop', signum: 15, grace: 60_000 }])
  }
  // Only the wall clock is left of it after a restart: it is never longer than at first.
  assert.deepEqual(recover(stopping, -3_600_000).slice(1), [
    { type: 'stop', signum: 15, grace: 60_000 },
    { type: 'arm', key: 'kill', at: -3_540_000 },
  ])
  assert.deepEqual(recover(stopping, 3_600_000).slice(1), [
    { type: 'stop', signum: 9, grace: 0 },
    { type: 'arm', key: 'kill', at: 3_600_000 },
  ])
  const killed = after(stopping, { type: 'timer', key: 'kill' }).run
  assert.deepEqual(recover(killed, 1_000).slice(1), [{ type: 'stop', signum: 9, grace: 0 }])
})

test('RUN45: a run that is taken up has its timeout armed when its agent says for how long it has run; one of the server at once', () => {
  const arms = (run: Run, now: number) => recover(run, now).flatMap((effect) => (effect.type === 'arm' ? [effect] : []))
  const running = after(fresh(9000), SCHEDULE, due(), STARTED).run
  assert.deepEqual(arms(running, 8_000), [{ type: 'arm', key: 'stop', at: 9000 }])
  const said = step(running, { type: 'started', at: 7_500, meta: null }, 8_000)
  assert.ok(said.ok)
  assert.deepEqual(said.effects, [{ type: 'arm', key: 'timeout', at: 12_500 }])
  assert.equal(said.run, running)
  const here = after(fresh(), SCHEDULE, due(0, ON_SERVER), STARTED).run
  assert.deepEqual(arms(here, 3_000), [{ type: 'arm', key: 'timeout', at: 7_000 }])
  assert.deepEqual(arms(here, 1_000), [{ type: 'arm', key: 'timeout', at: 6_000 }])
})

test('RUN41: recover says what each unfinished state needs', () => {
  assert.deepEqual(types(after(fresh(), SCHEDULE).run), ['arm'])
  assert.deepEqual(types(after(fresh(), SCHEDULE, due(1)).run), ['evaluate'])
  assert.deepEqual(types(after(fresh(), SCHEDULE, due()).run), ['resume'])
  assert.deepEqual(types(after(fresh(), SCHEDULE, due(0, UNASSIGNED)).run), ['assign'])
  assert.deepEqual(types(after(fresh(), SCHEDULE, due(0, ON_SERVER)).run), ['launch'])
  assert.deepEqual(types(after(fresh(9000), SCHEDULE, due(), STARTED).run), ['resume', 'arm'])
  assert.deepEqual(types(after(fresh(), SCHEDULE, due(), STARTED, { type: 'stop' }).run), ['resume', 'stop', 'arm'])
  for (const run of RUNS.filter(({ state }) => isFinished(state))) assert.deepEqual(types(run), [])
})

test('RUN42: the agent is the source of truth', () => {
  const starting = after(fresh(), SCHEDULE, due()).run
  assert.deepEqual(reconcile(starting, false), { inputs: [], effects: [{ type: 'launch', again: true }] })
  assert.deepEqual(reconcile(starting, true).effects, [{ type: 'resume' }])
  const running = after(starting, STARTED).run
  const denied = reconcile(running, false).inputs[0]
  assert.ok(denied?.type === 'ended' && denied.outcome === 'error')
  assert.match(denied.message ?? '', /without the process/)
  const neverRan = reconcile(after(starting, { type: 'stop' }).run, false).inputs[0]
  assert.ok(neverRan?.type === 'ended' && neverRan.message === 'stopped before it was started')
  assert.deepEqual(reconcile(after(running, ENDED).run, true), { inputs: [], effects: [{ type: 'release' }] })
})

test('RUN43: repeats, as restarts make them, change nothing of the end', () => {
  const life: RunInput[] = [
    SCHEDULE,
    due(),
    STARTED,
    { type: 'stop' },
    { ...ENDED, outcome: 'failure', message: 'killed by SIGTERM' },
  ]
  const plain = after(fresh(), ...life).run
  fc.assert(
    fc.property(fc.array(fc.nat(3), { minLength: life.length, maxLength: life.length }), (repeats) => {
      let run: Run = fresh()
      life.forEach((input, index) => {
        for (let n = 0; n <= (repeats[index] ?? 0); n++) {
          const result = step(run, input, 1000 * index)
          if (result.ok) run = result.run
        }
      })
      assert.deepEqual({ ...run, version: 0 }, { ...plain, version: 0 })
    }),
  )
})
