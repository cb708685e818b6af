import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../agent/index.ts'
import { FeedWatch, System } from '../system/index.ts'
import { soon } from './campaign.ts'
import type { AgentsDoor } from './to-server.ts'

/** A server of ours in a process of its own. */
export class FuzzedServer {
  readonly #system: System
  readonly door: AgentsDoor

  private constructor(system: System, door: AgentsDoor) {
    this.#system = system
    this.door = door
  }

  /** Starts one; it is gone after the scope. */
  static async start(scope: Scope): Promise<FuzzedServer> {
    const system = await System.create({ jobs: { plain: "program: {type: procstar-shell, command: 'echo hello'}" } })
    scope.defer(() => system.destroy())
    await system.startServer()
    const cert = await readFile(join(system.folder, 'data', 'agent-server.crt'), 'utf8')
    return new FuzzedServer(system, { port: system.agentPort, cert })
  }

  get pid(): number | undefined {
    return this.#system.server.process.pid
  }

  /** Connects an agent and has it run a job. Throws Error when that fails. */
  async runsJobs(): Promise<void> {
    const { exitCode, signalCode } = this.#system.server.process
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the server ended: ${this.#system.server.lines.slice(-20).join('\n')}`)
    const feed = new FeedWatch(this.#system.url)
    try {
      this.#system.startAgent()
      await soon(this.#system.server.line(/agent connected.*group=default/), 'an agent is connected', 20_000)
      const { runs } = await this.#system.client.schedule({ job_id: 'plain', args: {} })
      const [id = ''] = Object.keys(runs)
      const run = await soon(feed.run(id, 'success', 'failure', 'error'), 'the run is over', 20_000)
      if (run.state !== 'success') throw new Error(`the run ended in ${run.state}`)
    } finally {
      feed.stop()
    }
  }
}
