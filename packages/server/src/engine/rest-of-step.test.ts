import assert from 'node:assert/strict'
import test from 'node:test'
import { type Effect, type Run, type RunInput, step } from '@apsis/core/run'
import type { Early, Unrecorded } from './early.ts'
import { restOfStep } from './rest-of-step.ts'
import { runAfter } from './run.fixture.ts'

const PROGRAM = { type: 'procstar', spec: {}, str: 'true', stop: { signal: 15, grace: 60_000 }, timeout: null }
const BOUND = { definition: 'h', program: PROGRAM, conditions: [] }
const STOP = { type: 'stop' } as const
const HUP = { type: 'signal', signum: 1, name: 'SIGHUP' } as const
const STARTED = { type: 'started', at: 1, meta: null } as const

/** A run at agent `a`, after these inputs. */
function atAgent(...inputs: readonly RunInput[]): Run {
  const handle = { id: 'r1-p', on: 'agent', agent: 'a' } as const
  return runAfter(
    { type: 'schedule', message: 'now' },
    { type: 'due', bind: { ok: true, bound: BOUND }, handle },
    ...inputs,
  )
}

/** Asks for something of a run; `late` is what happens where it is not durable in time. */
function asked(run: Run, input: RunInput, connected = true) {
  const result = step(run, input, 10)
  assert.ok(result.ok)
  const told: string[] = []
  const done: Effect[] = []
  let late: ((why: Unrecorded | null) => void) | null = null
  const early: Pick<Early, 'add'> = {
    add: (act, answer) => {
      late = (why) => {
        act?.()
        if (why !== null) answer?.(why)
      }
      return () => {}
    },
  }
  const rest = restOfStep(
    {
      after: result.run,
      input,
      effects: result.effects,
      reply: (answer) =>
        void told.push(answer.ok ? 'recorded' : `${answer.rejection.code}: ${answer.rejection.message}`),
    },
    { early, agents: { connected: () => connected }, perform: (effects) => void done.push(...effects) },
  )
  const record = (): void => {
    rest.perform()
    rest.reply({ ok: true, value: result.run })
  }
  const wait = (why: Unrecorded | null): void => {
    assert.ok(late !== null)
    late(why)
  }
  const said = (why: Unrecorded): string => {
    wait(why)
    return told
      .join('\n')
      .replace(/^UNRECORDED: the /, '')
      .replace(/; it is not recorded.*/, '')
  }
  return { told, done, wait, record, said }
}

test('what a stop or a signal without a record says is so', () => {
  const running = atAgent(STARTED)
  const stopping = atAgent(STARTED, STOP)
  const early = atAgent()
  assert.equal(asked(running, STOP).said('failing'), 'stop of r1 is sent')
  assert.equal(asked(running, HUP).said('failing'), 'signal of r1 is sent')
  // The first one was sent.
  assert.equal(asked(stopping, STOP).said('failing'), 'stop of r1 is sent')
  assert.equal(asked(running, STOP, false).said('failing'), 'stop of r1 is taken, and sent when its agent is back')
  assert.equal(asked(stopping, STOP, false).said('failing'), 'stop of r1 is taken, and sent when its agent is back')
  assert.equal(asked(running, HUP, false).said('failing'), 'signal of r1 is not sent: its agent is not connected')
  assert.equal(asked(early, STOP).said('failing'), 'stop of r1 is taken, and not sent before it is recorded')
  assert.equal(
    asked(atAgent(STOP), STOP).said('failing'),
    'stop of r1 is taken, and sent when the first one is recorded',
  )
})

test('why it is not recorded is said as it is', () => {
  for (const [why, text] of [
    ['failing', "since the store takes nothing: the server's log says why"],
    ['silent', 'since the store has not answered for 10 s'],
  ] as const) {
    const { told, wait } = asked(atAgent(STARTED), STOP)
    wait(why)
    assert.deepEqual(told, [`UNRECORDED: the stop of r1 is sent; it is not recorded, ${text}`])
  }
})

test('what is sent before a slow store has it is sent once, and answered as recorded', () => {
  const { told, done, wait, record } = asked(atAgent(STARTED), STOP)
  wait(null)
  assert.deepEqual(told, [])
  assert.equal(done.filter(({ type }) => type === 'stop').length, 1)
  record()
  assert.deepEqual(told, ['recorded'])
  assert.equal(done.filter(({ type }) => type === 'stop').length, 1)
})
