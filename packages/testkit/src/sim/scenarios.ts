import { runId } from '@apsis/core/run'
import { asked, job, MINUTE, NONE, type Scenario, scheduled, SECOND, state } from './scenario.ts'
import { PLAN_SCENARIOS } from './scenarios-of-plans.ts'

/** The scenarios of the end-to-end tests, as far as a server and its agents are concerned. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'schedule to success',
    takes: null,
    models: [scheduled(job('plain', 5))],
    async play(world) {
      await world.pass(5 * MINUTE)
      return NONE
    },
  },
  {
    name: 'stop with grace',
    takes: 'SIGKILL after the grace period',
    models: [job('deaf', 300, '  stop: {grace_period: 10}\n', { deaf: true })],
    async play(world) {
      await world.pass(SECOND)
      const id = await asked(world, 'deaf')
      for (let tries = 0; tries < 10 && (await state(world, id)) !== 'stopping'; tries++) {
        void world.serving?.engine.operate(id, { type: 'stop' })
        await world.pass(3 * SECOND)
      }
      await world.pass(30 * SECOND)
      return NONE
    },
  },
  {
    name: 'action chain',
    takes: null,
    models: [job('chain', 3, 'successors: [after]\n'), job('after', 3)],
    async play(world) {
      await world.pass(SECOND)
      await asked(world, 'chain')
      await world.pass(MINUTE)
      return NONE
    },
  },
  {
    name: 'reload',
    takes: null,
    models: [scheduled(job('plain', 5)), scheduled(job('long', 90), 45 * SECOND)],
    async play(world) {
      await world.pass(40 * SECOND)
      world.folder.put([scheduled(job('plain', 8), 50 * SECOND), job('other', 1)], world.clock.now())
      world.applyJobs()
      await world.pass(3 * MINUTE)
      return NONE
    },
  },
  {
    name: 'hold and release',
    takes: 'run held past its time',
    models: [scheduled(job('plain', 5))],
    async play(world) {
      await world.pass(10 * SECOND)
      const id = runId(1)
      void world.serving?.engine.operate(id, { type: 'hold', until: null, reason: 'not yet' })
      await world.pass(MINUTE)
      void world.serving?.engine.operate(id, { type: 'release', reason: 'now' })
      await world.pass(MINUTE)
      return new Set([id])
    },
  },
  {
    name: 'agent reconnects',
    takes: 'half-open link replaced',
    models: [job('plain', 30)],
    async play(world) {
      await world.pass(SECOND)
      await asked(world, 'plain')
      for (const wire of world.network.wires()) wire.cut({ client: 100, server: 5_000 })
      await world.pass(MINUTE)
      return NONE
    },
  },
  {
    name: 'server restarts in the middle',
    takes: 'output resumed from the middle',
    models: [job('plain', 30), scheduled(job('noop', 1), 15 * SECOND)],
    async play(world) {
      await world.pass(SECOND)
      await asked(world, 'plain')
      world.killServer(10 * SECOND)
      await world.pass(2 * MINUTE)
      return NONE
    },
  },
  ...PLAN_SCENARIOS,
]
