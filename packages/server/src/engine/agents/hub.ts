import type { AgentChoice } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { AgentMessage, Register } from '@apsis/wire/message'
import { EXTENSIONS, ServerSession, type SessionOutput } from '@apsis/wire/session'
import type { ProcSpec } from '@apsis/wire/spec'
import type { AgentEvent, Agents, AgentView, Clock, LoadOf, Log } from '../ports.ts'
import { AgentConnection, type Link } from './connection.ts'
import { KnownAgents, RETURN_WITHIN } from './known-agents.ts'
import type { OutputSink } from './output-sink.ts'

/** How long an agent that is not connected stays listed, ms; its runs are not touched by that. */
const LISTED = 24 * 3600_000
/** After which an agent that could not delete a proc is asked again, ms: its disk was full, or what was given up still runs. */
const RELEASE_AGAIN = 60_000

/** Why a link is closed on which an agent registers that has registered on a newer one; one that lives comes again. */
const OLD_LINK = { code: 1000, reason: 'a newer connection of this agent has registered' }

/** What an edge does with one accepted link. */
export interface LinkEnd {
  /** Whether an agent has registered on it. */
  readonly registered: boolean
  receive(frame: Uint8Array | string): void
  /** A pong, or anything else that shows life. */
  heard(): void
  closed(): void
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
  /** An agent came, went or changed; or it is `listed` no longer. */
  readonly changed: (view: AgentView, listed: boolean) => void
}

/** All agents: sessions on links, one connection per agent id, and the engine's way to ask them. Does no I/O: links are given. */
export class AgentHub implements Agents {
  readonly #options: HubOptions
  readonly #known = new KnownAgents()
  readonly #links = new Set<() => void>()
  /** Cancels what is to happen to agents that are away, by agent. */
  readonly #away = new Map<string, () => void>()
  /** Cancels what is to be asked again. */
  readonly #again = new Set<() => void>()
  /** Counts the links: which of two is the newer. */
  #opened = 0
  #closed = false

  constructor(options: HubOptions) {
    this.#options = options
  }

  views(): readonly AgentView[] {
    return this.#known.views()
  }

  /** A link was accepted; it is nobody's until it registers. */
  open(link: Link): LinkEnd {
    const { clock, log, token } = this.#options
    const session = new ServerSession({ token, extensions: EXTENSIONS, now: clock.monotonic() })
    const order = ++this.#opened
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
    const admit = (register: Register, answer: readonly Uint8Array[]): void => {
      const refuse = (code: number, reason: string): void => {
        log.warn('an agent is refused', { agent: register.conn.conn_id, address: link.address, reason })
        link.close(code, reason)
        end()
      }
      const refusal = this.#refusal(register)
      if (refusal !== null) return refuse(refusal.code, refusal.reason)
      const rival = this.#rival(register)
      // It was said before the agent went on to a newer link, and was long on its way: what it says of the procs is over.
      const enter = (): void => {
        if (this.#known.newest(register.conn.conn_id) > order) return refuse(OLD_LINK.code, OLD_LINK.reason)
        for (const frame of answer) link.send(frame)
        const old = this.#connection(register.conn.conn_id)
        connection = this.#register(register, session, link, order, end)
        // Only now: who waits to know whether the old one lives looks again, and finds this one.
        old?.link.close(1000, 'replaced by a newer connection')
        old?.drop()
      }
      if (rival === null) return enter()
      rival.askAlive(clock, (alive) => {
        if (over) return
        const { hostname, pid } = rival.view.proc
        if (alive) return refuse(1008, `agent ${rival.connId} is connected already, as process ${pid} on ${hostname}`)
        // It went, or its agent is on another link by now.
        if (this.#connection(rival.connId) !== rival) return admit(register, answer)
        enter()
      })
    }
    const take = (output: SessionOutput<AgentMessage>): void => {
      for (const note of output.notes) log.warn(note, { address: link.address })
      const [first] = output.messages
      // An agent is not told that it is registered before it is.
      if (connection === null && first?.type === 'Register') return admit(first, output.send)
      for (const frame of output.send) link.send(frame)
      if (output.ping) link.ping()
      for (const message of output.messages) connection?.receive(message, clock.now())
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
    const tickLater = (): (() => void) => clock.after(session.nextTick - clock.monotonic(), tick)
    cancel = tickLater()
    this.#links.add(end)
    return {
      get registered() {
        return connection !== null
      },
      receive: (frame) => {
        if (over) return
        connection?.alive(true)
        take(session.receive(frame, clock.monotonic()))
      },
      heard: () => {
        session.heard(clock.monotonic())
        connection?.alive(true)
      },
      closed: end,
    }
  }

  choose(group: string, load: LoadOf): AgentChoice | null {
    return this.#known.choose(group, load)
  }

  has(group: string, load: LoadOf): boolean {
    return this.#known.has(group, load)
  }

  remember(views: readonly AgentView[]): void {
    const { clock, reconnectTimeout } = this.#options
    const now = clock.now()
    for (const view of views) {
      const connId = view.conn.conn_id
      const gone = view.connected ? now : (view.lastDisconnect ?? now)
      const since = { ...view, connected: false, lastDisconnect: Math.max(gone, view.lastConnect) }
      if (!this.#known.remember(since, clock.monotonic())) continue
      if (reconnectTimeout !== null) this.#giveUpAfter(connId, reconnectTimeout)
      else this.#later(connId, Math.min(Math.max(gone + LISTED - now, 0), LISTED), () => this.#unlist(connId))
    }
  }

  awaited(group: string): Duration {
    const left = this.#known.leftLast(group)
    return left === null ? 0 : Math.max(0, left + RETURN_WITHIN - this.#options.clock.monotonic())
  }

  expect(connId: string): void {
    const { reconnectTimeout } = this.#options
    if (reconnectTimeout === null || this.connected(connId) || this.#away.has(connId)) return
    this.#giveUpAfter(connId, reconnectTimeout)
  }

  connected(connId: string): boolean {
    return this.#connection(connId) !== null
  }

  view(connId: string): AgentView | null {
    return this.#known.view(connId)
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
    for (const { link } of this.#known.connections()) link.close(1001, 'the server is shutting down')
    for (const end of this.#links) end()
  }

  #connection(connId: string): AgentConnection | null {
    return this.#known.connection(connId)
  }

  #refusal(register: Register): { readonly code: number; readonly reason: string } | null {
    const { conn_id: connId, group_id: group } = register.conn
    const before = this.#known.view(connId)
    // One that comes for the first time since the server started may have been started anew meanwhile, for another group.
    if (before !== null && before.conn.group_id !== group && !this.#known.isRemembered(connId)) {
      return { code: 1008, reason: `agent ${connId} is of group ${before.conn.group_id}` }
    }
    const removed = before === null ? this.#known.makeRoom() : null
    if (removed === 'full') return { code: 1013, reason: 'too many agents' }
    if (removed !== null) this.#options.changed(removed, false)
    return null
  }

  /** The connection of another process under the same id. The same process on a newer link has lost the older one. */
  #rival({ conn, proc }: Register): AgentConnection | null {
    const before = this.#connection(conn.conn_id)
    if (before === null) return null
    const { hostname, pid, uid } = before.view.proc
    return hostname === proc.hostname && pid === proc.pid && uid === proc.uid ? null : before
  }

  #register(register: Register, session: ServerSession, link: Link, order: number, drop: () => void): AgentConnection {
    const { clock, log, sink, emit } = this.#options
    const now = clock.now()
    const connId = register.conn.conn_id
    const old = this.#connection(connId)
    const before = this.#known.view(connId)
    const view: AgentView = {
      conn: register.conn,
      proc: register.proc,
      address: link.address,
      port: link.port,
      connected: true,
      shutdownState: register.shutdown_state,
      firstConnect: before?.firstConnect ?? now,
      lastConnect: now,
      lastDisconnect: old === null ? (before?.lastDisconnect ?? null) : now,
      connects: (before?.connects ?? 0) + 1,
      received: (before?.received ?? 0) + 1,
      sent: (before?.sent ?? 0) + 1,
    }
    const refusedRelease = (procId: string): void => {
      const cancel = clock.after(RELEASE_AGAIN, () => {
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
      changed: (changed) => this.#options.changed(changed, true),
      refusedRelease,
      drop,
      updateEvery: this.#options.updateInterval === null ? null : this.#options.updateInterval / 1000,
    })
    this.#known.connect(connection, order)
    this.#away.get(connId)?.()
    this.#away.delete(connId)
    log.info('agent connected', {
      event: 'agent.connected',
      agent: connId,
      group: register.conn.group_id,
      procs: register.proc_ids.length,
    })
    this.#options.changed(view, true)
    emit({ type: 'registered', connId, procIds: register.proc_ids })
    return connection
  }

  #lost(connection: AgentConnection): void {
    // Else a newer link has taken over: nothing was lost.
    if (this.#connection(connection.connId) === connection) this.#left(connection)
    connection.alive(false)
  }

  #left(connection: AgentConnection): void {
    const { connId } = connection
    const { clock, emit, log, reconnectTimeout } = this.#options
    const view: AgentView = { ...connection.view, connected: false, lastDisconnect: clock.now() }
    this.#known.disconnect(connId, view, clock.monotonic())
    log.info('agent disconnected', { event: 'agent.disconnected', agent: connId, state: view.shutdownState })
    this.#options.changed(view, true)
    emit({ type: 'disconnected', connId })
    if (view.shutdownState === 'done') this.#giveUp(connId, 'procstar: the agent shut down')
    else if (this.#closed) return
    else if (reconnectTimeout !== null) this.#giveUpAfter(connId, reconnectTimeout)
    else this.#later(connId, LISTED, () => this.#unlist(connId))
  }

  #giveUpAfter(connId: string, delay: Duration): void {
    this.#later(connId, delay, () => this.#giveUp(connId, `procstar: agent reconnect timeout: conn_id ${connId}`))
  }

  #giveUp(connId: string, message: string): void {
    this.#unlist(connId)
    this.#options.emit({ type: 'gone', connId, message })
  }

  /** Does it unless the agent is back by then. */
  #later(connId: string, delay: Duration, then: () => void): void {
    this.#away.get(connId)?.()
    const cancel = this.#options.clock.after(delay, () => {
      this.#away.delete(connId)
      if (!this.connected(connId)) then()
    })
    this.#away.set(connId, cancel)
  }

  #unlist(connId: string): void {
    const view = this.#known.view(connId)
    if (view !== null && this.#known.remove(connId)) this.#options.changed(view, false)
  }
}
