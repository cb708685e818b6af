import type { Agents } from '@apsis/server/engine'
import type { Trace } from './trace.ts'

/** The agents as the engine asks them, with an eye on rare paths. Lives as long as the world: it remembers across restarts of the server. */
export class AgentsWatch {
  readonly #started = new Set<string>()
  readonly #released = new Set<string>()
  readonly #trace: Trace

  constructor(trace: Trace) {
    this.#trace = trace
  }

  /** The same agents, observed. */
  observe(agents: Agents): Agents {
    return {
      choose: (group, load) => agents.choose(group, load),
      has: (group, load) => agents.has(group, load),
      connected: (connId) => agents.connected(connId),
      view: (connId) => agents.view(connId),
      remember: (views) => agents.remember(views),
      awaited: (group) => agents.awaited(group),
      expect: (connId) => agents.expect(connId),
      start: (connId, procId, spec) => {
        this.#trace.add('server', `asks ${connId} to start ${procId}`)
        if (this.#started.has(procId)) this.#trace.sometimes('start asked again')
        this.#started.add(procId)
        return agents.start(connId, procId, spec)
      },
      resume: (connId, procId, have) => {
        if (have > 0) this.#trace.sometimes('output resumed from the middle')
        agents.resume(connId, procId, have)
      },
      signal: (connId, procId, signum) => agents.signal(connId, procId, signum),
      stop: (connId, procId, signum, grace) => {
        this.#trace.add('server', `asks ${connId} to stop ${procId}: ${signum}, grace ${grace}`)
        agents.stop(connId, procId, signum, grace)
      },
      release: (connId, procId) => {
        if (this.#released.has(procId)) this.#trace.sometimes('leftover released')
        this.#released.add(procId)
        agents.release(connId, procId)
      },
    }
  }

  /** Whether an agent was ever asked to start it. */
  asked(procId: string): boolean {
    return this.#started.has(procId)
  }
}
