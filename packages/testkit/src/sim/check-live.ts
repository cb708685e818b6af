import { type Handle, type Run, runId } from '@apsis/core/run'
import { OUTPUT_ID } from '@apsis/server/engine'
import type { SimAgent } from './agent.ts'
import type { Host } from './host.ts'
import { Lasting } from './lasting.ts'
import { type SimServer, START_TIMEOUT, WAITING_TIMEOUT } from './server.ts'
import type { World } from './world.ts'

/** How long a server may hold a run for running that its connected agent has not, ms of true time: a start or an end is on its way, or its commit fails. */
const DENIED_MOST = 180_000
/** How long something may take beyond the time that it has, ms of true time. */
const LATE_MOST = 180_000

/**
 * Looks now and then at what is live: SIM13 (nothing is running that its connected agent denies), SIM15 (stored output is no more than what was written),
 * SIM18 (no length of time is longer than it says), SIM19 (nothing stays scheduled when its time has come).
 */
export class LiveCheck {
  readonly #world: World
  /** By their run: those that are denied, that are late, that wait for an agent, and that wait for their conditions. */
  readonly #denied = new Lasting()
  readonly #late = new Lasting()
  readonly #starting = new Lasting()
  readonly #waiting = new Lasting()
  #server: SimServer | null = null

  constructor(world: World) {
    this.#world = world
  }

  async look(): Promise<void> {
    const { serving, disk, clock } = this.#world
    const well = serving !== null && serving.trouble.failing === 0
    if (!well || serving !== this.#server)
      for (const lasting of [this.#denied, this.#late, this.#starting, this.#waiting]) lasting.clear()
    this.#server = serving
    if (serving === null) return
    const [denied, late, starting, waiting] = [0, 0, 0, 0].map(() => new Set<string>())
    for (const { run: number, state, due } of disk.tables.runs.unfinished()) {
      if (state === 'scheduled' && (due ?? Infinity) > clock.now()) continue
      const run = await serving.store.read.run(runId(number))
      if (run === null) continue
      if (run.state === 'waiting') waiting?.add(run.id)
      if (run.state === 'scheduled' && run.held === null) late?.add(`${run.id} is scheduled for a time that has passed`)
      const handle = 'handle' in run ? run.handle : null
      if (handle === null || handle.on !== 'agent') continue
      if (run.state === 'starting' && handle.agent === null) starting?.add(run.id)
      if (run.state !== 'running' && run.state !== 'stopping') continue
      const [host, agent] = this.#where(handle)
      if (run.state === 'running' && agent?.ready === true) {
        if (!agent.procIds().includes(handle.id)) denied?.add(run.id)
        else if (this.#isOver(run, host, handle)) late?.add(`${run.id} is running, and its timeout is over`)
      }
      await this.#checkOutput(serving, run, handle)
    }
    if (well) this.#judge(denied, late, starting, waiting)
  }

  #judge(...present: readonly (ReadonlySet<string> | undefined)[]): void {
    const none: ReadonlySet<string> = new Set()
    const [denied = none, late = none, starting = none, waiting = none] = present
    const now = this.#world.clock.monotonic()
    for (const [run, ms] of this.#denied.judge(denied, now, DENIED_MOST))
      this.#world.problem(
        `SIM13: ${run} is running here, and its agent, which is connected, has not had it for ${ms} ms`,
      )
    for (const [what, ms] of this.#late.judge(late, now, LATE_MOST))
      this.#world.problem(`${what.includes('timeout') ? 'SIM18' : 'SIM19'}: ${what}, since ${ms} ms`)
    for (const [run, ms] of this.#starting.judge(starting, now, START_TIMEOUT + LATE_MOST))
      this.#world.problem(`SIM18: ${run} waits for an agent since ${ms} ms, and is not given up`)
    for (const [run, ms] of this.#waiting.judge(waiting, now, WAITING_TIMEOUT + LATE_MOST))
      this.#world.problem(`SIM18: ${run} waits for its conditions since ${ms} ms, and is not given up`)
  }

  #where({ agent }: Handle): readonly [Host | undefined, SimAgent | undefined] {
    const host = this.#world.hosts.find(({ name }) => agent === `agent-${name}`)
    return [host, host === undefined ? undefined : this.#world.agent(host)]
  }

  /** Whether it has run for longer than its timeout. */
  #isOver(run: Run, host: Host | undefined, handle: Handle): boolean {
    const timeout = 'bound' in run ? (run.bound?.program.timeout ?? null) : null
    const beganAt = host?.truth.get(handle.id)?.beganAt ?? null
    return timeout !== null && beganAt !== null && this.#world.clock.monotonic() - beganAt > timeout.duration
  }

  async #checkOutput(server: SimServer, run: Run, handle: Handle): Promise<void> {
    const stored = (await server.store.read.outputs(run.id)).find(({ outputId }) => outputId === OUTPUT_ID)?.length ?? 0
    const written = Math.max(0, ...this.#world.hosts.map(({ truth }) => truth.get(handle.id)?.written ?? 0))
    if (stored > written) this.#world.problem(`SIM15: ${run.id} has ${stored} bytes of output, ${written} were written`)
  }
}
