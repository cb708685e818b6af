import { runId } from '@apsis/core/run'
import type { CommandReply, Operation } from '@apsis/server/engine'
import type { SimServer } from './server.ts'
import type { World } from './world.ts'

const HOUR = 3_600_000

/** What users do to what is to come: hold, release, move; pauses and their ends; backfills. */
export class Plans {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Something to ask of one coming run. */
  operation(): Operation {
    const { random, clock } = this.#world
    const until = random.chance(0.5) ? null : clock.now() + random.below(HOUR / 4)
    const all: readonly Operation[] = [
      { type: 'hold', until, reason: 'held by a user' },
      { type: 'hold', until, reason: null },
      { type: 'release' },
      { type: 'move', time: clock.now() + random.below(HOUR) - HOUR / 20 },
    ]
    return all[random.below(all.length)] ?? { type: 'release' }
  }

  /** Pauses, resumes, backfills or cancels, by chance. */
  act(server: SimServer): void {
    const { random, clock, folder, trace } = this.#world
    const { engine } = server
    const jobId = folder.models[random.below(folder.models.length)]?.id
    const pause = engine.pauses()[random.below(engine.pauses().length)]
    const backfill = engine.backfills()[random.below(engine.backfills().length)]
    if (pause !== undefined && random.chance(0.4)) {
      trace.add('user', `resumes ${pause.id}`)
      this.#said(server, engine.resume(pause.id))
    } else if (backfill !== undefined && random.chance(0.2)) {
      trace.add('user', `cancels backfill ${backfill.id}`)
      this.#said(server, engine.cancelBackfill(backfill.id))
    } else if (jobId !== undefined && random.chance(0.7)) {
      const mode = random.chance(0.5) ? 'skip' : 'hold'
      const until = random.chance(0.3) ? null : clock.now() + 1 + random.below(HOUR / 4)
      trace.add('user', `pauses ${jobId}: ${mode}`)
      this.#said(server, engine.pause({ scope: 'job', target: jobId, until, mode, reason: null }))
    } else if (jobId !== undefined) {
      const to = clock.now() - random.below(HOUR)
      const from = to - random.below(HOUR)
      const order = random.chance(0.5) ? 'oldest' : 'newest'
      trace.add('user', `backfills ${jobId}`)
      const range = { jobId, scheduleKey: null, from, to, order } as const
      this.#said(server, engine.backfill({ ...range, concurrency: 1 + random.below(3) }))
    }
  }

  // Of what is answered something must have come: an answer that is no value is a defect of the engine.
  #said(server: SimServer, reply: Promise<CommandReply<unknown>>): void {
    reply.then(
      (answer) => {
        if (!server.dead && answer.ok && answer.value === undefined)
          this.#world.problem('SIM8: a command was answered with nothing')
      },
      (error: unknown) => this.#world.problem(`SIM8: a command threw: ${String(error)}`),
    )
  }
}

/** Ends what users have put off: pauses are over, held runs are released, so that everything can end. */
export async function endPlans({ serving: server, disk }: World): Promise<void> {
  if (server === null) return
  for (const { id } of server.engine.pauses()) void server.engine.resume(id)
  for (const { run: number, state } of disk.tables.runs.unfinished()) {
    if (state !== 'scheduled') continue
    const run = await server.store.read.run(runId(number))
    if (run?.state === 'scheduled' && run.held !== null) void server.engine.operate(run.id, { type: 'release' })
  }
}
