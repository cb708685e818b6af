import { runNumber, type Run, type RunId, runId } from '@apsis/core/run'
import type { CommandReply, Operation } from '@apsis/server/engine'
import { Plans } from './plans.ts'
import type { SimServer } from './server.ts'
import type { World } from './world.ts'

const SIGUSR1 = 10
const SIGTERM = 15
const NEWEST = 80

/** Users who ask the server for things, and check that what it answers is durable. */
export class Users {
  readonly #world: World
  /** Scheduled runs that somebody began or skipped before their time. */
  readonly early: Set<RunId> = new Set()

  readonly #plans: Plans

  constructor(world: World) {
    this.#world = world
    this.#plans = new Plans(world)
  }

  /** Asks the server for something, by chance. */
  act(): void {
    const { random, serving: server, folder } = this.#world
    if (server === null) return
    const id = this.#someRun()
    const what = random.below(12)
    if (what === 0) {
      const model = folder.models[random.below(folder.models.length)]
      if (model === undefined) return
      const time = random.chance(0.5) ? null : this.#world.clock.now() + random.below(600_000)
      const count = random.chance(0.1) ? 5 : 1
      const request = { jobId: model.id, args: {}, time, stop: null, count }
      this.#world.trace.add('user', `schedules ${model.id}`)
      this.#check(server, server.engine.schedule(request))
    } else if (what === 1) {
      this.#world.trace.add('user', `reruns ${id}`)
      this.#check(server, server.engine.rerun(id))
    } else if (what <= 3) {
      this.#plans.act(server)
    } else {
      const coming = random.chance(0.3) ? this.#someComing() : null
      if (coming !== null) return this.#operate(server, coming, this.#plans.operation())
      const operation = this.#operation()
      this.#operate(server, id, operation)
    }
  }

  #operate(server: SimServer, id: RunId, operation: Operation): void {
    this.#world.trace.add('user', `${operation.type} ${id}`)
    if (operation.type !== 'stop' && operation.type !== 'signal' && operation.type !== 'mark') this.early.add(id)
    this.#check(server, server.engine.operate(id, operation))
  }

  // One that is to come soon, so that what is asked of it matters.
  #someComing(): RunId | null {
    const { random, disk, clock } = this.#world
    const soon = clock.now() + 3_600_000
    const coming = disk.tables.runs.unfinished().filter(({ state, due }) => state === 'scheduled' && (due ?? 0) < soon)
    const one = coming[random.below(coming.length)]
    return one === undefined ? null : runId(one.run)
  }

  #operation(): Operation {
    const { random } = this.#world
    const all: readonly Operation[] = [
      { type: 'start' },
      { type: 'skip' },
      { type: 'stop' },
      { type: 'stop' },
      { type: 'signal', signum: SIGUSR1, name: 'SIGUSR1' },
      { type: 'signal', signum: SIGTERM, name: 'SIGTERM' },
      { type: 'mark', state: random.chance(0.5) ? 'success' : 'failure' },
    ]
    return all[random.below(all.length)] ?? { type: 'stop' }
  }

  // Mostly one that is not over, so that there is something to do.
  #someRun(): RunId {
    const { random, disk } = this.#world
    const { runs } = disk.tables
    const live = runs.unfinished().filter(({ state }) => state !== 'scheduled')
    const one = live[random.below(live.length)]
    if (one !== undefined && random.chance(0.7)) return runId(one.run)
    return runId(Math.max(1, runs.newest - random.below(Math.min(NEWEST, runs.newest))))
  }

  /** What is answered is durable. */
  #check(server: SimServer, reply: Promise<CommandReply<Run | readonly Run[]>>): void {
    void reply.then((answer) => {
      if (server.dead || !answer.ok) return
      for (const run of 'id' in answer.value ? [answer.value] : answer.value) {
        const stored = this.#world.disk.tables.runs.get(runNumber(run.id))
        if (stored === null || stored.version < run.version) {
          this.#world.problem(
            `SIM8: a command on ${run.id} was answered with version ${run.version}, the store has ${stored?.version ?? 'none'}`,
          )
        }
      }
    })
  }
}
