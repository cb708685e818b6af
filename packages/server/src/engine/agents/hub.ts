import type { Duration, Instant } from '@apsis/core/time'
import type { AgentMessage, Register } from '@apsis/wire/message'
import { EXTENSIONS, ServerSession, type SessionOutput } from '@apsis/wire/session'
import type { ProcSpec } from '@apsis/wire/spec'
import type { AgentEvent, Agents, AgentView, Clock, Log } from '../ports.ts'
import { AgentConnection, type Link } from './connection.ts'
import type { OutputSink } from './output-sink.ts'

/** How long an agent that is not connected stays listed, ms; its runs are not touched by that. */
const LISTED = 24 * 3600_000
/** After which an agent that could not delete a proc is asked again, ms: its disk was full, or what was given up still runs. */
const RELEASE_AGAIN = 60_000
/** Agents that may be listed. A further registration is refused. */
const MAX_AGENTS = 10_000

/** What an edge does with one accepted link. */
export interface LinkEnd {
  /** Whether an agent has registered on it. */
  readonly registered: boolean
  receive(frame: Uint8Array | string): void
  /** A pong, or anything else that shows life. */
  heard(): void
  closed(): void
}

interface Known {
  view: AgentView
  connection: AgentConnection | null
}

export interface HubOptions {
  readonly clock: Clock
  readonly log: Log
  readonly sink: OutputSink
  readonly token: string
  /** After which an agent that is away is given up, with all of its runs, ms; null: never. */
  readonly reconnectTimeout: Duration | null
  /** How often the metadata of a run that runs is brought up to date, ms, by agents that can; null: not. */
  readonly updateInterval: Duration | null
  readonly emit: (event: AgentEvent) => void
  /** An agent came, went or changed. */
  readonly changed: (view: AgentView) => void
}

/** All agents: sessions on links, one connection per agent id, and the engine's way to ask them. Does no I/O: links are given. */
export class AgentHub implements Agents {
  readonly #options: HubOptions
  readonly #known = new Map<string, Known>()
  readonly #links = new Set<() => void>()
  /** Cancels what is to happen to agents that are away, by agent. */
  readonly #away = new Map<string, () => void>()
  /** Cancels what is to be asked again. */
  readonly #again = new Set<() => void>()
  #closed = false

  constructor(options: HubOptions) {
    this.#options = options
  }

  views(): readonly AgentView[] {
    return [...this.#known.values()].map(({ view, connection }) => connection?.view ?? view)
  }

  /** A link was accepted; it is nobody's until it registers. */
  open(link: Link): LinkEnd {
    const { clock, log, token } = this.#options
    const session = new ServerSession({ token, extensions: EXTENSIONS, now: clock.monotonic() })
    let connection: AgentConnection | null = null
    let over = false
    let cancel = (): void => {}
    const end = (): void => {
      if (over) return
      over = true
      cancel()
      this.#links.delete(end)
      if (connection !== null) this.#lost(connection)
    }
    const take = (output: SessionOutput<AgentMessage>): void => {
      for (const note of output.notes) log.warn(note, { address: link.address })
      for (const frame of output.send) link.send(frame)
      if (output.ping) link.ping()
      for (const message of output.messages) {
        if (connection === null && message.type === 'Register') connection = this.#register(message, session, link)
        else connection?.receive(message, clock.now())
      }
      if (output.close !== null) {
        link.close(output.close.code, output.close.reason)
        end()
      }
    }
    const tick = (): void => {
      if (over) return
      take(session.tick(clock.monotonic()))
      if (!over) cancel = tickLater()
    }
    const tickLater = (): (() => void) => clock.wake(clock.now() + (session.nextTick - clock.monotonic()), tick)
    cancel = tickLater()
    this.#links.add(end)
    return {
      get registered() {
        return connection !== null
      },
      receive: (frame) => {
        if (!over) take(session.receive(frame, clock.monotonic()))
      },
      heard: () => session.heard(clock.monotonic()),
      closed: end,
    }
  }

  choose(group: string, load: (connId: string) => number): string | null {
    let best: { readonly connId: string; readonly load: number } | null = null
    for (const { connection } of this.#known.values()) {
      if (connection === null || connection.view.conn.group_id !== group) continue
      if (connection.view.shutdownState !== 'active') continue
      const { connId } = connection
      if (best === null || load(connId) < best.load) best = { connId, load: load(connId) }
    }
    return best?.connId ?? null
  }

  expect(connId: string): void {
    const { clock, emit, reconnectTimeout } = this.#options
    if (reconnectTimeout === null || this.#known.has(connId) || this.#away.has(connId)) return
    const message = `procstar: agent reconnect timeout: conn_id ${connId}`
    const cancel = clock.wake(clock.now() + reconnectTimeout, () => {
      this.#away.delete(connId)
      if (!this.#known.has(connId)) emit({ type: 'gone', connId, message })
    })
    this.#away.set(connId, cancel)
  }

  connected(connId: string): boolean {
    return this.#connection(connId) !== null
  }

  start(connId: string, procId: string, spec: ProcSpec): boolean {
    const connection = this.#connection(connId)
    if (connection === null) return false
    connection.start(procId, spec)
    connection.follow(procId, 0)?.open()
    return true
  }

  resume(connId: string, procId: string, have: number): void {
    const connection = this.#connection(connId)
    if (connection === null) return
    connection.follow(procId, have)?.open()
    connection.send({ type: 'ProcResultRequest', proc_id: procId })
  }

  signal(connId: string, procId: string, signum: number): boolean {
    const connection = this.#connection(connId)
    connection?.send({ type: 'ProcSignalRequest', proc_id: procId, signum })
    return connection !== null
  }

  stop(connId: string, procId: string, signum: number, grace: number | null): void {
    this.#connection(connId)?.stop(procId, signum, grace)
  }

  release(connId: string, procId: string): void {
    this.#connection(connId)?.release(procId)
  }

  /** Closes every link, and waits for nobody any more. */
  close(): void {
    this.#closed = true
    for (const cancel of [...this.#away.values(), ...this.#again]) cancel()
    this.#away.clear()
    this.#again.clear()
    for (const { connection } of this.#known.values()) connection?.link.close(1001, 'the server is shutting down')
    for (const end of this.#links) end()
  }

  #connection(connId: string): AgentConnection | null {
    return this.#known.get(connId)?.connection ?? null
  }

  #register(register: Register, session: ServerSession, link: Link): AgentConnection | null {
    const { clock, log, sink, emit } = this.#options
    const now = clock.now()
    const connId = register.conn.conn_id
    const before = this.#known.get(connId)
    if (before === undefined && this.#known.size >= MAX_AGENTS) {
      log.error('too many agents: a registration is refused', { connId, limit: MAX_AGENTS })
      link.close(1013, 'too many agents')
      return null
    }
    if (before !== undefined && before.view.conn.group_id !== register.conn.group_id) {
      log.warn('an agent came back with another group: refused', { connId, group: register.conn.group_id })
      link.close(1008, `agent ${connId} is of group ${before.view.conn.group_id}`)
      return null
    }
    // The newer link wins: the older is half dead, or the agent was started again.
    if (before?.connection) {
      const old = before.connection
      before.connection = null
      old.link.close(1000, 'replaced by a newer connection')
    }
    const view: AgentView = {
      conn: register.conn,
      proc: register.proc,
      address: link.address,
      port: link.port,
      connected: true,
      shutdownState: register.shutdown_state,
      firstConnect: before?.view.firstConnect ?? now,
      lastConnect: now,
      lastDisconnect: before?.view.lastDisconnect ?? null,
      connects: (before?.view.connects ?? 0) + 1,
      received: (before?.view.received ?? 0) + 1,
      sent: (before?.view.sent ?? 0) + 1,
    }
    const refusedRelease = (procId: string): void => {
      const cancel = clock.wake(clock.now() + RELEASE_AGAIN, () => {
        this.#again.delete(cancel)
        if (this.#connection(connId) === connection) connection.release(procId)
      })
      this.#again.add(cancel)
    }
    const connection: AgentConnection = new AgentConnection({
      session,
      link,
      sink,
      emit,
      log,
      view,
      changed: this.#options.changed,
      refusedRelease,
      updateEvery: this.#options.updateInterval === null ? null : this.#options.updateInterval / 1000,
    })
    this.#known.set(connId, { view, connection })
    this.#away.get(connId)?.()
    this.#away.delete(connId)
    log.info('agent connected', { agent: connId, group: register.conn.group_id, procs: register.proc_ids.length })
    this.#options.changed(view)
    emit({ type: 'registered', connId, procIds: register.proc_ids })
    return connection
  }

  #lost(connection: AgentConnection): void {
    const known = this.#known.get(connection.connId)
    // A newer link has taken over: nothing was lost.
    if (known?.connection !== connection) return
    const { clock, emit, log, reconnectTimeout } = this.#options
    const now = clock.now()
    known.connection = null
    known.view = { ...connection.view, connected: false, lastDisconnect: now }
    log.info('agent disconnected', { agent: connection.connId, state: known.view.shutdownState })
    this.#options.changed(known.view)
    emit({ type: 'disconnected', connId: connection.connId })
    if (known.view.shutdownState === 'done') {
      this.#giveUp(connection.connId, now, 'procstar: the agent shut down')
      return
    }
    if (this.#closed) return
    const { connId } = connection
    const after = (): void => {
      this.#away.delete(connId)
      if (reconnectTimeout === null) this.#unlist(connId, now)
      else this.#giveUp(connId, now, `procstar: agent reconnect timeout: conn_id ${connId}`)
    }
    this.#away.set(connId, clock.wake(now + (reconnectTimeout ?? LISTED), after))
  }

  #giveUp(connId: string, since: Instant, message: string): void {
    if (!this.#unlist(connId, since)) return
    this.#options.emit({ type: 'gone', connId, message })
  }

  /** Forgets an agent that has not been back since. */
  #unlist(connId: string, since: Instant): boolean {
    const known = this.#known.get(connId)
    if (known === undefined || known.connection !== null || known.view.lastDisconnect !== since) return false
    this.#known.delete(connId)
    return true
  }
}
