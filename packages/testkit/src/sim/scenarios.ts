import { type Run, type RunId, runId } from '@apsis/core/run'
import type { JobModel } from './job-model.ts'
import { programArgv } from './program.ts'
import type { RarePath } from './trace.ts'
import type { World } from './world.ts'

/** Something that users do from end to end, in a world where nothing else happens. */
export interface Scenario {
  readonly name: string
  readonly models: readonly JobModel[]
  /** What shows that it does what it says. */
  readonly takes: RarePath | null
  /** Plays it; gives the runs that were begun, held or moved before their time. It must go on whatever fails, or never comes. */
  play(world: World): Promise<ReadonlySet<RunId>>
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** The world begins at a full minute. */
const EVERY = 2 * MINUTE

/** A job of one process that takes `seconds`. */
function job(id: string, seconds: number, rest = '', program: { readonly deaf?: boolean } = {}): JobModel {
  const argv = programArgv({ duration: seconds * SECOND, exit: 0, bytes: 200, deaf: false, missing: false, ...program })
  const words = argv.map((word) => JSON.stringify(word)).join(', ')
  return { id, schedules: [], rest: `program:\n  type: procstar\n  argv: [${words}]\n${rest}` }
}

function scheduled(model: JobModel, phase = 30 * SECOND): JobModel {
  return { ...model, schedules: [{ kind: 'interval', every: EVERY, phase, stop: null }] }
}

/** Asks for a run, again while nobody takes it, as a user does; the number of the run is the next one. */
async function asked(world: World, jobId: string): Promise<RunId> {
  for (;;) {
    const server = world.serving
    const answer = server?.engine.schedule({ jobId, args: {}, time: null, stop: null, count: 1 })
    let made: RunId | null = null
    void answer?.then((reply) => {
      if (reply.ok) made = reply.value[0]?.id ?? null
    })
    await world.pass(10 * SECOND)
    // A server that died may have made it, and could not say so.
    const newest = world.disk.tables.runs.newest
    if (made !== null) return made
    if (newest > 0) return runId(newest)
  }
}

async function state(world: World, id: RunId): Promise<Run['state'] | null> {
  return (await world.serving?.store.read.run(id))?.state ?? null
}

const NONE: ReadonlySet<RunId> = new Set()

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
]
