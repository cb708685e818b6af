import { type Run, type RunId, runId } from '@apsis/core/run'
import type { CommandReply } from '@apsis/server/engine'
import type { JobModel } from './job-model.ts'
import { programArgv } from './program.ts'
import type { SimServer } from './server.ts'
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

export const SECOND = 1_000
export const MINUTE: number = 60 * SECOND
/** How often `scheduled` jobs run, ms; the world begins at a full minute. */
const EVERY = 2 * MINUTE

/** A job of one process that takes `seconds`. */
export function job(id: string, seconds: number, rest = '', program: { readonly deaf?: boolean } = {}): JobModel {
  const argv = programArgv({ duration: seconds * SECOND, exit: 0, bytes: 200, deaf: false, missing: false, ...program })
  const words = argv.map((word) => JSON.stringify(word)).join(', ')
  return { id, schedules: [], rest: `program:\n  type: procstar\n  argv: [${words}]\n${rest}` }
}

/** The job every two minutes, `phase` ms after the full ones. */
export function scheduled(model: JobModel, phase: number = 30 * SECOND): JobModel {
  return { ...model, schedules: [{ kind: 'interval', every: EVERY, phase, stop: null }] }
}

/** Asks for a run, again while nobody takes it, as a user does; the number of the run is the next one. */
export async function asked(world: World, jobId: string): Promise<RunId> {
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

/** The stored state of a run; null while no server serves, or where there is no such run. */
export async function state(world: World, id: RunId): Promise<Run['state'] | null> {
  return (await world.serving?.store.read.run(id))?.state ?? null
}

/** Asks until a server says that it is done, as a user does, ten times at most; then gives up. */
export async function insist(world: World, ask: (server: SimServer) => Promise<CommandReply<unknown>>): Promise<void> {
  const answers: boolean[] = []
  for (let tries = 0; tries < 10 && !answers.includes(true); tries++) {
    const server = world.serving
    if (server !== null) void ask(server).then((reply) => answers.push(reply.ok))
    await world.pass(3 * SECOND)
  }
}

export const NONE: ReadonlySet<RunId> = new Set()
