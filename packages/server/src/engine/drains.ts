import type { JsonObject } from '@apsis/core/json'
import { givenReason, reasonFault } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { RecordRow } from '@apsis/store/port'
import type { CommandReply } from './commands.ts'
import type { Committer } from './committer.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Agents, AgentView, Clock, Log } from './ports.ts'
import { refusedByStore, rejected } from './requests.ts'

/** An agent that takes no new procs; those that it has go on. */
export interface Drain {
  readonly connId: string
  readonly since: Instant
  readonly reason: string | null
}

/** Drains that there may be. One more takes the place of the oldest whose agent is no longer listed; if there is none it is refused. */
const MAX_DRAINS = 1_000

interface DrainsOptions {
  readonly agents: Pick<Agents, 'view'>
  readonly live: LiveRuns
  readonly committer: Committer
  readonly clock: Clock
  readonly log: Log
  /** Takes a command in its turn. */
  readonly command: <T>(task: (reply: (answer: CommandReply<T>) => void) => void) => Promise<CommandReply<T>>
  /** An agent takes procs again. */
  readonly available: () => void
}

/** The agents that take no new procs: durable, whether connected or not, until `undrain`. */
export class Drains {
  readonly #drains = new Map<string, Drain>()
  readonly #options: DrainsOptions

  constructor(options: DrainsOptions) {
    this.#options = options
    options.live.onIdle = (connId) => this.#idle(connId)
  }

  /** Takes in what is stored. Throws TypeError for a damaged record. */
  load(records: readonly RecordRow[]): void {
    for (const row of records) this.#drains.set(row.id, drainOf(row))
  }

  /** The drain of an agent; null: it takes procs. */
  of(connId: string): Drain | null {
    return this.#drains.get(connId) ?? null
  }

  /** The load of an agent by which it is chosen: its live runs; null while it takes none. */
  loadOf(connId: string): number | null {
    return this.#drains.has(connId) ? null : this.#options.live.countOfAgent(connId)
  }

  /** Gives the agent no new procs from now on. Of one that drains already the reason is put in place. Refuses an agent that is not listed. */
  drain(connId: string, reason: string | null = null): Promise<CommandReply<Drain>> {
    return this.#options.command((reply) => {
      const { agents, clock, committer, live, available } = this.#options
      const fault = reasonFault(reason)
      if (fault !== null) return reply(rejected('REQUEST', fault))
      if (agents.view(connId) === null) return reply(rejected('AGENT_UNKNOWN', `no agent ${connId}`))
      const before = this.of(connId)
      if (before === null && !this.#makeRoom()) {
        return reply(rejected('TOO_MANY', `${MAX_DRAINS} agents drain already: undrain some`))
      }
      const drain: Drain = { connId, since: before?.since ?? clock.now(), reason: givenReason(reason) }
      this.#drains.set(connId, drain)
      committer.extra({ records: [{ kind: 'drain', id: connId, json: { since: drain.since, reason: drain.reason } }] })
      this.#tell(connId, 'agent drains: it takes no new procs')
      if (live.countOfAgent(connId) === 0) this.#idle(connId)
      committer.after(
        () => reply({ ok: true, value: drain }),
        () => {
          if (before === null) this.#drains.delete(connId)
          else this.#drains.set(connId, before)
          available()
          reply(refusedByStore())
        },
      )
    })
  }

  /** Gives the agent procs again. Refuses one that does not drain. */
  undrain(connId: string): Promise<CommandReply<Drain>> {
    return this.#options.command((reply) => {
      const { committer, available } = this.#options
      const drain = this.of(connId)
      if (drain === null) return reply(rejected('AGENT_UNKNOWN', `agent ${connId} does not drain`))
      this.#drains.delete(connId)
      committer.extra({ removedRecords: [{ kind: 'drain', id: connId }] })
      this.#tell(connId, 'agent takes procs again')
      available()
      committer.after(
        () => reply({ ok: true, value: drain }),
        () => {
          this.#drains.set(connId, drain)
          reply(refusedByStore())
        },
      )
    })
  }

  /** What the live feed says of an agent. */
  dataOf(view: AgentView): JsonObject {
    const { conn, proc, shutdownState } = view
    const draining = this.#drains.has(conn.conn_id)
    const runs = this.#options.live.countOfAgent(conn.conn_id)
    const drain = draining ? { draining, drained: runs === 0 } : {}
    return { group: conn.group_id, hostname: proc.hostname, state: shutdownState, ...drain }
  }

  #idle(connId: string): void {
    if (this.#drains.has(connId)) this.#tell(connId, 'agent is drained: none of its runs is left')
  }

  #tell(connId: string, message: string): void {
    const { agents, clock, committer, log } = this.#options
    log.info(message, { agent: connId })
    const view = agents.view(connId)
    const data = view === null ? {} : this.dataOf(view)
    committer.fact({ type: 'agent', change: 'changed', connId, data }, clock.now())
  }

  #makeRoom(): boolean {
    if (this.#drains.size < MAX_DRAINS) return true
    const { agents, committer } = this.#options
    const gone = [...this.#drains.values()].filter(({ connId }) => agents.view(connId) === null)
    const oldest = gone.sort((a, b) => a.since - b.since)[0]
    if (oldest === undefined) return false
    this.#drains.delete(oldest.connId)
    committer.extra({ removedRecords: [{ kind: 'drain', id: oldest.connId }] })
    return true
  }
}

function drainOf({ id, json }: RecordRow): Drain {
  const { since, reason } = json
  if (typeof since !== 'number' || (reason !== null && typeof reason !== 'string')) {
    throw new TypeError(`the stored drain of agent ${id} is damaged: ${JSON.stringify(json)}`)
  }
  return { connId: id, since, reason }
}
