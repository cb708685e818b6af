import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Run, type RunInput, runId } from '@apsis/core/run'
import type { ServerTaskRuntime, TaskServices } from '@apsis/kinds/runtime'
import { ServerTasks } from './server-tasks.ts'

const services: TaskServices = {
  archive: async () => ({ runIds: [], facts: 0, outputs: 0 }),
  countFinished: async () => 0,
  vacuum: async () => ({ freed: 0, left: 0 }),
  sweep: async () => {},
  stats: async () => '{}',
  appendLine: async () => {},
}

function runIn(state: 'starting' | 'running' | 'stopping'): Run {
  const program = { type: 'task', spec: {}, str: '', stop: { signal: 15, grace: null }, timeout: null }
  const base = {
    id: runId(1),
    jobId: 'j',
    args: {},
    labels: [],
    origin: { type: 'request' } as const,
    version: 3,
    times: state === 'starting' ? {} : { running: 500 },
    bound: { definition: 'h', program, conditions: [] },
    handle: { id: 'p', on: 'server', agent: null } as const,
  }
  if (state === 'starting') return { ...base, state }
  if (state === 'running') return { ...base, state, unreachableSince: null }
  return { ...base, state, unreachableSince: null, stopping: { reason: 'stop', signal: 15, killAt: null } }
}

/** Tasks at time 1,000, with what they said and a promise of their end. */
function tasks(ports = true) {
  const inputs: RunInput[] = []
  const outputs: string[] = []
  const ended = Promise.withResolvers<RunInput>()
  const clock = { now: () => 1_000, monotonic: () => 0, wake: () => () => {}, after: () => () => {}, soon: () => {} }
  const made = new ServerTasks(
    clock,
    (_, input) => {
      inputs.push(input)
      if (input.type === 'ended') ended.resolve(input)
    },
    ports ? { services, output: async (_, text) => void outputs.push(text) } : null,
  )
  return { tasks: made, inputs, outputs, ended: ended.promise }
}

const sleeper: ServerTaskRuntime = {
  on: 'server',
  run: async (_, ctx) => {
    await ctx.output(`from ${ctx.startedAt}`)
    if (!ctx.stopping()) await ctx.sleep(1e9)
    return { outcome: 'error', message: `stopping ${ctx.stopping()}`, meta: { a: 1 } }
  },
}

test('a task starts once, sleeps until it is stopped, and says how it ended', async () => {
  const { tasks: made, inputs, outputs, ended } = tasks()
  made.start(runIn('starting'), sleeper)
  made.start(runIn('starting'), sleeper)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(made.stop(runId(1)), true)
  assert.deepEqual(await ended, {
    type: 'ended',
    outcome: 'error',
    message: 'stopping true',
    startedAt: 1_000,
    at: 1_000,
    elapsed: 0,
    meta: { a: 1 },
  })
  assert.deepEqual(inputs[0], { type: 'started', at: 1_000, meta: null })
  assert.equal(inputs.length, 2)
  assert.deepEqual(outputs, ['from 1000'])
  assert.equal(made.stop(runId(1)), false)
})

test('after a restart a task goes on from its stored start, and one that was being stopped ends', async () => {
  const again = tasks()
  again.tasks.start(runIn('running'), sleeper)
  again.tasks.stop(runId(1))
  await again.ended
  assert.deepEqual(again.inputs[0], { type: 'note', message: 'taken up again after a restart' })
  assert.deepEqual(again.outputs, ['from 500'])
  const stopping = tasks()
  stopping.tasks.start(runIn('stopping'), sleeper)
  const end = await stopping.ended
  assert.ok(end.type === 'ended' && end.startedAt === 500)
})

test('a task that throws, or a server without tasks, ends the run in error', async () => {
  const failing = tasks()
  failing.tasks.start(runIn('starting'), { on: 'server', run: async () => Promise.reject(new Error('no disk')) })
  const end = await failing.ended
  assert.ok(end.type === 'ended' && end.outcome === 'error' && end.message === 'no disk')
  const none = tasks(false)
  none.tasks.start(runIn('starting'), sleeper)
  const refused = await none.ended
  assert.ok(refused.type === 'ended' && refused.outcome === 'error')
})
