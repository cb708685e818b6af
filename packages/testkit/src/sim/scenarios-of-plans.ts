import { type RunId, runId } from '@apsis/core/run'
import type { Operation } from '@apsis/server/engine'
import type { JobModel } from './job-model.ts'
import { asked, insist, job, MINUTE, NONE, type Scenario, scheduled, SECOND } from './scenario.ts'
import type { World } from './world.ts'

/** What is asked of many runs at once, as a bulk operation does: each for itself, whatever becomes of the others. */
async function all(world: World, ids: readonly RunId[], operation: Operation): Promise<void> {
  for (const id of ids) void world.serving?.engine.operate(id, operation)
  await world.pass(10 * SECOND)
}

const SOME = '{policy: all, max_count: 2, rate: 4}'

function paused(mode: 'skip' | 'hold'): Scenario['play'] {
  return async (world) => {
    await world.pass(5 * SECOND)
    const request = { scope: 'job', target: 'plain', until: null, mode, reason: 'not now' } as const
    await insist(world, ({ engine }) => engine.pause(request))
    await world.pass(3 * MINUTE)
    await insist(world, ({ engine }) => {
      const [pause] = engine.pauses()
      return engine.resume(pause?.id ?? 'none')
    })
    await world.pass((mode === 'skip' ? 2 : 1) * MINUTE)
    return NONE
  }
}

/** What users do to what is to come, or was to come, from end to end. */
export const PLAN_SCENARIOS: readonly Scenario[] = [
  {
    name: 'pause that skips',
    takes: 'instant skipped',
    models: [scheduled(job('plain', 5))],
    play: paused('skip'),
  },
  {
    name: 'pause that holds',
    takes: 'run held past its time',
    models: [scheduled(job('plain', 5))],
    play: paused('hold'),
  },
  {
    name: 'move',
    takes: 'run moved',
    models: [scheduled(job('plain', 5))],
    async play(world) {
      await world.pass(5 * SECOND)
      const id = runId(1)
      const time = world.clock.now() + MINUTE
      await insist(world, ({ engine }) => engine.operate(id, { type: 'move', time }))
      await world.pass(2 * MINUTE)
      return new Set([id])
    },
  },
  {
    name: 'bulk operation',
    takes: 'run held past its time',
    models: [scheduled(job('plain', 5))],
    async play(world) {
      await world.pass(5 * SECOND)
      // The next ones, whatever their numbers.
      const coming = world.disk.tables.runs.unfinished().toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0))
      const ids = coming.slice(0, 3).map(({ run }) => runId(run))
      await all(world, ids, { type: 'hold', until: null })
      await world.pass(MINUTE)
      await all(world, ids, { type: 'release' })
      await all(world, ids, { type: 'skip' })
      await world.pass(MINUTE)
      return new Set(ids)
    },
  },
  {
    name: 'backfill',
    takes: 'run of a backfill',
    models: [{ ...job('plain', 5), schedules: [every(10 * MINUTE)] }],
    async play(world) {
      await world.pass(5 * SECOND)
      const to = world.clock.now()
      const range = { jobId: 'plain', scheduleKey: null, from: to - 20 * MINUTE, to, order: 'oldest' } as const
      let begun = false
      await insist(world, ({ engine }) => {
        // One whose answer was lost goes on: it is not asked for twice.
        begun ||= engine.backfills().length > 0
        if (begun) return Promise.resolve({ ok: true, value: null })
        return engine.backfill({ ...range, concurrency: 2, reason: null })
      })
      await world.pass(MINUTE)
      return NONE
    },
  },
  {
    name: 'catch-up after an absence',
    takes: 'instant missed',
    models: [
      { id: 'some', schedules: [every(5 * MINUTE, SOME)], rest: 'program: {type: no-op}\n' },
      { ...job('last', 3), schedules: [every(10 * MINUTE, 'last')] },
    ],
    async play(world) {
      await world.pass(SECOND)
      world.killServer(22 * MINUTE)
      await world.pass(23 * MINUTE)
      return NONE
    },
  },
  {
    name: 'drain',
    takes: null,
    models: [job('plain', 20)],
    async play(world) {
      await world.pass(5 * SECOND)
      await asked(world, 'plain')
      for (const { name } of world.hosts) await insist(world, ({ engine }) => engine.drains.drain(`agent-${name}`))
      await world.pass(30 * SECOND)
      // It waits for an agent that takes it.
      void world.serving?.engine.schedule({ jobId: 'plain', args: {}, time: null, stop: null, count: 1 })
      await world.pass(20 * SECOND)
      for (const { name } of world.hosts) await insist(world, ({ engine }) => engine.drains.undrain(`agent-${name}`))
      await world.pass(MINUTE)
      return NONE
    },
  },
  {
    name: 'reload while runs are pending and running',
    takes: 'job changed while runs were pending',
    models: [scheduled(job('plain', 60)), scheduled(job('gone', 60), 35 * SECOND)],
    async play(world) {
      await world.pass(45 * SECOND)
      // One changes in all but its schedule, one goes, while each of them runs.
      world.folder.put([scheduled(job('plain', 10))], world.clock.now())
      world.applyJobs()
      await world.pass(2 * SECOND)
      world.folder.put([scheduled(job('plain', 12)), scheduled(job('gone', 5), 20 * SECOND)], world.clock.now())
      world.applyJobs()
      await world.pass(3 * MINUTE)
      return NONE
    },
  },
]

function every(ms: number, catchup?: string): JobModel['schedules'][number] {
  return { kind: 'interval', every: ms, phase: 15 * SECOND, stop: null, ...(catchup === undefined ? {} : { catchup }) }
}
