import { type Handle, type Run, runId } from '@apsis/core/run'
import { OUTPUT_ID } from '@apsis/server/engine'
import type { SimServer } from './server.ts'
import type { World } from './world.ts'

/** How long a server may hold a run for running that its connected agent has not, ms of true time: a start or an end is on its way, or its commit fails. */
const DENIED_MOST = 180_000

/** Looks now and then at what runs: SIM13 (nothing is running that its connected agent denies), SIM15 (stored output is no more than what was written). */
export class LiveCheck {
  readonly #world: World
  /** Since when runs have been denied by agents that are there. */
  readonly #denied = new Map<number, number>()
  #server: SimServer | null = null

  constructor(world: World) {
    this.#world = world
  }

  async look(): Promise<void> {
    const { serving, disk } = this.#world
    const well = serving !== null && serving.trouble.failing === 0
    if (!well || serving !== this.#server) this.#denied.clear()
    this.#server = serving
    if (serving === null) return
    const denied = new Set<number>()
    for (const { run: number, state } of disk.tables.runs.unfinished()) {
      if (state !== 'running' && state !== 'stopping') continue
      const run = await serving.store.read.run(runId(number))
      const handle = run !== null && 'handle' in run ? run.handle : null
      if (run === null || handle === null || handle.on !== 'agent') continue
      if (well && this.#isDenied(run, handle)) denied.add(number)
      await this.#checkOutput(serving, run, handle)
    }
    this.#judge(denied)
  }

  #judge(denied: ReadonlySet<number>): void {
    const now = this.#world.clock.monotonic()
    for (const number of this.#denied.keys()) if (!denied.has(number)) this.#denied.delete(number)
    for (const number of denied) {
      const since = this.#denied.get(number) ?? now
      this.#denied.set(number, since)
      if (now - since > DENIED_MOST)
        this.#world.problem(
          `SIM13: r${number} is running here, and its agent, which is connected, has not had it for ${now - since} ms`,
        )
    }
  }

  #isDenied(run: Run, handle: Handle): boolean {
    if (run.state !== 'running') return false
    const host = this.#world.hosts.find(({ name }) => handle.agent === `agent-${name}`)
    const agent = host === undefined ? undefined : this.#world.agent(host)
    return agent?.ready === true && !agent.procIds().includes(handle.id)
  }

  async #checkOutput(server: SimServer, run: Run, handle: Handle): Promise<void> {
    const stored = (await server.store.read.outputs(run.id)).find(({ outputId }) => outputId === OUTPUT_ID)?.length ?? 0
    const written = Math.max(0, ...this.#world.hosts.map(({ truth }) => truth.get(handle.id)?.written ?? 0))
    if (stored > written) this.#world.problem(`SIM15: ${run.id} has ${stored} bytes of output, ${written} were written`)
  }
}
