import { type AgentCandidate, type AgentChoice, chooseAgent } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { AgentView, LoadOf } from '../ports.ts'
import type { AgentConnection } from './connection.ts'

/** Agents that may be listed. One more takes the place of the one that has been away the longest; if all are connected it is refused. */
const MAX_AGENTS = 10_000
/** Within which an agent whose contact was lost tries again, ms: existing agents wait for up to 60 s between two tries, which take up to 10 s. */
export const RETURN_WITHIN: Duration = 75_000

interface Known {
  view: AgentView
  connection: AgentConnection | null
  /** Which of all links it registered on last; 0: it has on none. */
  newest: number
  /** Counts the choices: when it was last chosen. */
  chosen: number
  /** Since when it is away, on the monotonic clock; of one that is connected, nothing. */
  awaySince: number
  /** Whether only a server before this one has seen it. */
  remembered: boolean
}

/** The agents that are connected, and those that were not long ago. */
export class KnownAgents {
  readonly #known = new Map<string, Known>()
  /** The connected ones by group. */
  readonly #groups = new Map<string, Set<Known>>()
  /** Those that are away by group. */
  readonly #away = new Map<string, Set<Known>>()
  #choices = 0

  views(): readonly AgentView[] {
    return [...this.#known.values()].map(({ view, connection }) => connection?.view ?? view)
  }

  view(connId: string): AgentView | null {
    const known = this.#known.get(connId)
    return known === undefined ? null : (known.connection?.view ?? known.view)
  }

  connection(connId: string): AgentConnection | null {
    return this.#known.get(connId)?.connection ?? null
  }

  connections(): readonly AgentConnection[] {
    return [...this.#known.values()].flatMap(({ connection }) => connection ?? [])
  }

  /** Of the connected, active agents of the group the one with the least load; of several the one that was chosen the longest ago. */
  choose(group: string, load: LoadOf): AgentChoice | null {
    const choice = chooseAgent(group, this.#candidates(group, load))
    const known = choice === null ? undefined : this.#known.get(choice.agent)
    if (known !== undefined) known.chosen = ++this.#choices
    return choice
  }

  /** Whether the group has an agent to choose: nobody's turn is over by that. */
  has(group: string, load: LoadOf): boolean {
    return this.#candidates(group, load).next().done !== true
  }

  *#candidates(group: string, load: LoadOf): Generator<AgentCandidate> {
    for (const { connection, chosen } of this.#groups.get(group) ?? []) {
      if (connection?.view.shutdownState !== 'active') continue
      const its = load(connection.connId)
      if (its !== null) yield { agent: connection.connId, load: its, chosen }
    }
  }

  /** The newest link that the agent has registered on, counted over all links; 0: on none. */
  newest(connId: string): number {
    return this.#known.get(connId)?.newest ?? 0
  }

  /** Puts a connection in place of what there was of the agent; `newest`: which of all links it is on. */
  connect(connection: AgentConnection, newest: number): void {
    const { connId, view } = connection
    this.#leaveGroup(connId)
    const chosen = this.#known.get(connId)?.chosen ?? 0
    const known = { view, connection, newest, chosen, awaySince: 0, remembered: false }
    this.#known.set(connId, known)
    enter(this.#groups, known)
  }

  /** The agent stays listed as one that is away. */
  disconnect(connId: string, view: AgentView, now: number): void {
    const known = this.#known.get(connId)
    if (known === undefined) return
    this.#leaveGroup(connId)
    known.connection = null
    known.view = view
    known.awaySince = now
    enter(this.#away, known)
    // Those that have been away the longest come first among those that are away.
    this.#known.delete(connId)
    this.#known.set(connId, known)
  }

  /** Lists an agent that a server before this one knew, as one that is away from now on; false where it is listed, or there is no room. */
  remember(view: AgentView, now: number): boolean {
    const connId = view.conn.conn_id
    if (this.#known.has(connId) || this.#known.size >= MAX_AGENTS) return false
    const known = { view, connection: null, newest: 0, chosen: 0, awaySince: now, remembered: true }
    this.#known.set(connId, known)
    enter(this.#away, known)
    return true
  }

  /** Whether the agent is listed, and only a server before this one has seen it. */
  isRemembered(connId: string): boolean {
    return this.#known.get(connId)?.remembered === true
  }

  /** When the active agent of the group that is away for the shortest time went, on the monotonic clock; null: none is away. */
  leftLast(group: string): number | null {
    let last: number | null = null
    for (const { view, awaySince } of this.#away.get(group) ?? []) {
      if (view.shutdownState !== 'active') continue
      if (last === null || awaySince > last) last = awaySince
    }
    return last
  }

  /** Lists the agent no longer; false when it is connected, or is not listed. */
  remove(connId: string): boolean {
    if (this.connection(connId) !== null) return false
    this.#leaveGroup(connId)
    return this.#known.delete(connId)
  }

  /** Room for one more: the agent that was removed for it, null where there was room, `full` when there is none. */
  makeRoom(): AgentView | null | 'full' {
    if (this.#known.size < MAX_AGENTS) return null
    for (const [connId, { view, connection }] of this.#known) {
      if (connection !== null) continue
      this.#leaveGroup(connId)
      this.#known.delete(connId)
      return view
    }
    return 'full'
  }

  #leaveGroup(connId: string): void {
    const known = this.#known.get(connId)
    if (known === undefined) return
    const name = known.view.conn.group_id
    for (const groups of [this.#groups, this.#away]) {
      const group = groups.get(name)
      if (group?.delete(known) && group.size === 0) groups.delete(name)
    }
  }
}

function enter(groups: Map<string, Set<Known>>, known: Known): void {
  const name = known.view.conn.group_id
  const group = groups.get(name)
  if (group === undefined) groups.set(name, new Set([known]))
  else group.add(known)
}
