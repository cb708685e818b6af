import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Args, type BoundCondition, isFinished, runId, runNumber } from '@apsis/core/run'
import fc from 'fast-check'
import { BIND, bound, finish, limit, World } from './conditions-world.test.ts'

const ARGS: readonly Args[] = [{ n: '1' }, { n: '2' }]
const JOBS = ['a', 'b'] as const
test('a change costs one question more than it starts runs, however many wait', async () => {
  const world = new World(false)
  const args = { n: '1' }
  for (let n = 0; n < 10_000; n++) world.add('a', args, [limit(3, 'a', args)], 10_000 - n)
  await world.settle()
  assert.equal(world.started.length, 3)
  // Each was asked once as it came, and the first in line again for each that came.
  assert.ok(world.asked <= 2 * 10_000, String(world.asked))
  for (let n = 0; n < 200; n++) {
    world.asked = 0
    const ended = world.started[n]
    assert.ok(ended !== undefined)
    finish(world, ended, 'success')
    await world.settle()
    assert.equal(world.started.length, 4 + n)
    assert.ok(world.asked <= 3, String(world.asked))
  }
  // Those of the earliest schedule time first: they came last.
  const line = world.started.slice(3).map(runNumber)
  assert.deepEqual(
    line,
    Array.from(line, (_, n) => (line[0] ?? 0) - n),
  )
  assert.equal(world.conditions.reason(runId(5_000))?.because, '3 of at most 3 runs of a(n=1) running')
})

test('a slot for runs with further conditions costs each of them a few questions once, and no more than a slot for others where the facts are known', async () => {
  for (const known of [false, true]) {
    const world = new World(true)
    const args = { n: '1' }
    const [up, first] = [world.add('b', args, [], 0), world.add('a', args, [], 0)]
    await world.settle()
    finish(world, up, 'success')
    if (known) world.add('c', args, [bound('dependency', { job_id: 'b', args, states: ['error'] })], 0)
    const conditions = [limit(1, 'a', args), bound('dependency', { job_id: 'b', args })]
    for (let n = 0; n < 1_000; n++) world.add('a', args, conditions, n)
    await world.settle()
    let ended = first
    for (let n = 0; n < 20; n++) {
      world.asked = 0
      finish(world, ended, 'success')
      await world.settle()
      assert.equal(world.started.length, 1 + n)
      assert.ok(world.asked <= (n === 0 && !known ? 4 * 1_000 : 4), `${known} ${n}: ${world.asked}`)
      ended = world.started.at(-1) ?? ended
    }
    assert.deepEqual(world.wrong, [])
  }
})

test('a run that leaves the line lets the others keep their places', async () => {
  const world = new World(false)
  const args = { n: '1' }
  const ids = Array.from({ length: 200 }, (_, n) => world.add('a', args, [limit(1, 'a', args)], n))
  await world.settle()
  for (const id of ids.slice(1, 150)) world.input(world.get(id), { type: 'skip', message: 'skipped' })
  await world.settle()
  assert.deepEqual(world.started, ['r1'])
  finish(world, 'r1', 'success')
  await world.settle()
  assert.deepEqual(world.started, ['r1', 'r151'])
})

test('a limit that waits for an answer of the store is not raced by runs that start meanwhile', async () => {
  const world = new World(false)
  const args = { n: '1' }
  const first = world.add('a', args, [limit(1, 'a', args)], 0)
  world.conditions.evaluate()
  // A run without the condition starts while the store is being asked.
  const other = world.add('a', args, [bound('const', { value: true })], 0)
  await world.settle()
  assert.deepEqual(world.started, [other])
  assert.equal(world.get(first).state, 'waiting')
  finish(world, other, 'failure')
  await world.settle()
  assert.deepEqual(world.started, [other, first])
})

test('a limit that comes before another condition holds when the run starts', async () => {
  const world = new World(true)
  const args = { n: '1' }
  const waits = bound('dependency', { job_id: 'b', args })
  const conditions = [limit(1, 'a', args), waits]
  const [second, first] = [world.add('a', args, conditions, 1), world.add('a', args, conditions, 0)]
  await world.settle()
  assert.equal(world.conditions.reason(first)?.index, 1)
  const up = world.add('b', args, [bound('const', { value: true })], 0)
  await world.settle()
  finish(world, up, 'success')
  await world.settle()
  assert.deepEqual(world.started, [up, first])
  assert.equal(world.conditions.reason(second)?.index, 0)
  finish(world, first, 'success')
  await world.settle()
  assert.deepEqual([world.started, world.wrong], [[up, first, second], []])
})

test('of two limits each holds when the run starts, in whichever order they are', async () => {
  const world = new World(true)
  const args = { n: '1' }
  const limits = [limit(1, 'a', args), limit(1, 'b', args)]
  const start = [bound('const', { value: true })]
  const [a, b] = [world.add('a', args, start, 0), world.add('b', args, start, 0)]
  await world.settle()
  const ids = [limits, limits.toReversed()].map((conditions, n) => world.add('a', args, conditions, n))
  await world.settle()
  finish(world, a, 'success')
  await world.settle()
  const other = world.add('a', args, start, 0)
  await world.settle()
  finish(world, b, 'success')
  await world.settle()
  // The first has passed the limit of `a` before; it holds no longer.
  assert.deepEqual(
    ids.map((id) => world.conditions.reason(id)?.index),
    [0, 1],
  )
  finish(world, other, 'success')
  await world.settle()
  assert.deepEqual([world.started, world.wrong], [[a, b, other, ids[0]], []])
})

test('a run that looks at its own kind keeps nobody from seeing it', async () => {
  const world = new World(true)
  const waits = bound('dependency', { job_id: 'b', args: { n: '1' }, states: ['waiting'] })
  const other = world.add('a', { n: '1' }, [waits], 5)
  await world.settle()
  const first = world.add('b', { n: '1' }, [waits], 0)
  await world.settle()
  assert.deepEqual([world.get(first).state, world.get(other).state], ['waiting', 'starting'])
})

test('of duplicates that come at once the first one runs', async () => {
  const world = new World(true)
  const args = { n: '1' }
  const alone = (id: number): BoundCondition =>
    bound('skip_duplicate', {
      check_states: ['waiting', 'starting', 'running'],
      target_state: 'skipped',
      instance: ['a', args],
      run_id: runId(id),
    })
  // The second one is of an earlier time.
  const ids = [5, 1, 7].map((at, n) => world.add('a', args, [alone(n + 1), limit(1, 'a', args)], at))
  await world.settle()
  assert.deepEqual(
    ids.map((id) => world.get(id).state),
    ['skipped', 'starting', 'skipped'],
  )
})

type Op =
  | {
      readonly type: 'add'
      readonly job: number
      readonly args: number
      readonly conditions: number[]
      readonly at: number
    }
  | { readonly type: 'end'; readonly nth: number; readonly outcome: 'success' | 'failure' }
  | { readonly type: 'skip' | 'start'; readonly nth: number }
  | { readonly type: 'mark'; readonly nth: number; readonly state: 'success' | 'failure' | 'error' }
  | { readonly type: 'settle' }

const CONDITIONS: readonly BoundCondition[] = [
  limit(1, 'a', { n: '1' }),
  limit(2, 'a', { n: '1' }),
  limit(1, 'b', { n: '2' }),
  bound('dependency', { job_id: 'a', args: { n: '1' } }),
  bound('dependency', { job_id: 'a', args: { n: '2' }, states: ['failure', 'error'] }),
  bound('dependency', { job_id: 'b', args: { n: '1' }, states: ['running', 'waiting', 'starting'] }),
  bound('dependency', {
    job_id: 'b',
    args: { n: '2' },
    states: ['success'],
    exist: ['waiting', 'starting', 'success'],
  }),
  bound('const', { value: true }),
  bound('const', { value: false }),
  bound('skip_duplicate', {
    check_states: ['starting', 'running'],
    target_state: 'skipped',
    instance: ['a', { n: '1' }],
    run_id: 'r1',
  }),
]

const index = fc.nat({ max: 20 })
const op: fc.Arbitrary<Op> = fc.oneof(
  { arbitrary: fc.constant({ type: 'settle' as const }), weight: 3 },
  {
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      job: fc.nat({ max: 1 }),
      args: fc.nat({ max: 1 }),
      conditions: fc.array(fc.nat({ max: CONDITIONS.length - 1 }), { minLength: 1, maxLength: 3 }),
      at: fc.nat({ max: 5 }),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      nth: index,
      outcome: fc.constantFrom('success', 'failure'),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ type: fc.constantFrom('skip' as const, 'start' as const), nth: index }), weight: 1 },
  {
    arbitrary: fc.record({
      type: fc.constant('mark' as const),
      nth: index,
      state: fc.constantFrom('success', 'failure', 'error'),
    }),
    weight: 1,
  },
)

function nth<T>(all: readonly T[], n: number): T | undefined {
  return all.length === 0 ? undefined : all[n % all.length]
}

async function apply(world: World, one: Op): Promise<void> {
  const runs = [...world.live.all()]
  switch (one.type) {
    case 'settle':
      return world.settle()
    case 'add': {
      const conditions = one.conditions.flatMap((n) => CONDITIONS[n] ?? [])
      world.add(JOBS[one.job] ?? 'a', ARGS[one.args] ?? {}, conditions, one.at)
      return
    }
    case 'end': {
      const run = nth(
        runs.filter(({ state }) => state === 'starting' || state === 'running'),
        one.nth,
      )
      if (run !== undefined) finish(world, run.id, one.outcome)
      return
    }
    case 'skip': {
      const run = nth(world.waiting(), one.nth)
      if (run !== undefined) world.input(run, { type: 'skip', message: 'skipped' })
      return
    }
    case 'start': {
      const run = nth(world.waiting(), one.nth)
      const handle = { id: 'x', on: 'server', agent: null } as const
      if (run !== undefined) world.input(run, { type: 'start', bind: BIND, handle, reason: null })
      return
    }
    case 'mark': {
      const run = nth(
        runs.filter(({ state }) => isFinished(state) && state !== one.state),
        one.nth,
      )
      if (run !== undefined) world.input(run, { type: 'mark', state: one.state, reason: null })
      return
    }
  }
}

test('a run that passes on to its next condition is overtaken at neither', async () => {
  const world = new World(true)
  const waits = bound('dependency', { job_id: 'b', args: { n: '1' }, states: ['starting'] })
  const later = world.add('a', { n: '1' }, [waits], 1)
  const first = world.add('a', { n: '1' }, [waits, limit(2, 'a', { n: '1' })], 0)
  await world.settle()
  world.add('b', { n: '1' }, [bound('const', { value: true })], 0)
  await world.settle()
  assert.deepEqual([world.get(first).state, world.get(later).state], ['starting', 'starting'])
})

test('after any changes nobody waits whose condition holds, nobody was started whose condition did not, none before its turn, and each says why as of now', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 60 }), async (ops) => {
      const world = new World(true)
      for (const one of ops) await apply(world, one)
      await world.settle()
      assert.deepEqual(world.wrong, [])
      for (const run of world.waiting()) {
        assert.ok(!world.holds(run), `${run.id} waits in vain`)
        const reason = world.conditions.reason(run.id)
        assert.ok(reason !== null)
        assert.equal(reason.index, run.waitingFor?.index)
      }
    }),
    { numRuns: 2_000 },
  )
})
