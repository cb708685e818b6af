import type { Instant } from '@apsis/core/time'
import type { AgentMessage, ServerMessage } from '@apsis/wire/message'
import type { ProcResult } from '@apsis/wire/result'
import type { ServerSession } from '@apsis/wire/session'
import { essentialMembers, extendedMembers, type ProcSpec } from '@apsis/wire/spec'
import type { AgentEvent, AgentView, Clock, Log } from '../ports.ts'
import { type OutputSink, runOfProc } from './output-sink.ts'
import { ProcStream } from './proc-stream.ts'

/** The way to the other end of one connection. */
export interface Link {
  send(frame: Uint8Array): void
  ping(): void
  close(code: number, reason: string): void
  readonly address: string
  readonly port: number
}

const SIGKILL = 9
/** How long an agent may take to show that it is alive when another one comes under its id, ms. */
const ANSWER_WITHIN = 5_000

/** A registered agent on its present link: routes messages to procs, and requests to the agent. */
export class AgentConnection {
  readonly connId: string
  readonly session: ServerSession
  readonly link: Link
  /** Hears nothing more that comes on its link: what is still on its way was said before the agent went on to a newer one. */
  readonly drop: () => void
  readonly #sink: OutputSink
  readonly #emit: (event: AgentEvent) => void
  readonly #log: Log
  readonly #changed: (view: AgentView) => void
  readonly #refusedRelease: (procId: string) => void
  readonly #updateEvery: number | null
  readonly #streams = new Map<string, ProcStream>()
  /** Those who asked whether it is alive. */
  readonly #askers = new Set<(alive: boolean) => void>()
  view: AgentView

  constructor(options: {
    session: ServerSession
    link: Link
    drop: () => void
    sink: OutputSink
    emit: (event: AgentEvent) => void
    log: Log
    /** The agent says that it is in another state. */
    changed: (view: AgentView) => void
    view: AgentView
    /** Seconds between results while a proc runs; null: none. */
    updateEvery: number | null
    /** The agent cannot delete this proc now. */
    refusedRelease: (procId: string) => void
  }) {
    this.connId = options.view.conn.conn_id
    this.session = options.session
    this.link = options.link
    this.drop = options.drop
    this.view = options.view
    this.#sink = options.sink
    this.#emit = options.emit
    this.#log = options.log
    this.#changed = options.changed
    this.#refusedRelease = options.refusedRelease
    this.#updateEvery = options.updateEvery
  }

  /** Finds out whether the agent answers, within 5 s. */
  askAlive(clock: Pick<Clock, 'after'>, then: (alive: boolean) => void): void {
    const asker = (alive: boolean): void => {
      cancel()
      this.#askers.delete(asker)
      then(alive)
    }
    const cancel = clock.after(ANSWER_WITHIN, () => asker(false))
    this.#askers.add(asker)
    this.link.ping()
  }

  /** The agent was heard of, or its link is gone. */
  alive(alive: boolean): void {
    for (const asker of this.#askers) asker(alive)
  }

  send(message: ServerMessage): void {
    this.view = { ...this.view, sent: this.view.sent + 1 }
    this.link.send(this.session.encode(message))
  }

  /**
   * Asks for a proc. Throws RangeError for a spec that must not run without what an existing agent does not know; what else is lost to one is noted,
   * but for `orphans`, which is in the spec of every run.
   */
  start(procId: string, spec: ProcSpec): void {
    if (!('spec' in this.session.common)) {
      const host = this.view.proc.hostname
      const essential = essentialMembers(spec)
      if (essential.length > 0)
        throw new RangeError(`agent ${host} does not support ${essential.join(', ')}: upgrade it`)
      const lost = extendedMembers(spec).filter((member) => member !== 'orphans')
      if (lost.length > 0) {
        const message = `agent ${host} does not support ${lost.join(', ')}: started without; upgrade it`
        this.#emit({ type: 'failed', procId, message })
      }
    }
    this.send({ type: 'ProcStartRequest', specs: { [procId]: spec } })
  }

  /** Follows a proc; `have`: bytes of its output that are stored. */
  follow(procId: string, have: number): ProcStream | null {
    const known = this.#streams.get(procId)
    if (known !== undefined) return known
    const runId = runOfProc(procId)
    if (runId === null) return null
    const stream = new ProcStream(runId, procId, have, {
      sink: this.#sink,
      pushes: 'output' in this.session.common,
      tellsHoles: 'results' in this.session.common,
      updateEvery: 'results' in this.session.common ? this.#updateEvery : null,
      send: (message) => this.send(message),
      started: (result) => this.#emit({ type: 'started', procId, result }),
      updated: (result) => this.#emit({ type: 'updated', procId, result }),
      ended: (result, heard) => this.#ended(procId, result, heard),
      incomplete: (message) => this.#emit({ type: 'failed', procId, message }),
      note: (message) => this.#log.warn(message, { agent: this.connId }),
    })
    this.#streams.set(procId, stream)
    return stream
  }

  stop(procId: string, signum: number, grace: number | null): void {
    if ('stop' in this.session.common) {
      const seconds = grace === null ? null : grace / 1000
      this.send({ type: 'ProcStopRequest', proc_id: procId, signum, grace: seconds })
    } else {
      // An agent without `stop` can signal only the process itself; the engine's own timer sends the SIGKILL.
      this.send({ type: 'ProcSignalRequest', proc_id: procId, signum: grace === 0 ? SIGKILL : signum })
    }
  }

  release(procId: string): void {
    this.#streams.delete(procId)
    this.send({ type: 'ProcDeleteRequest', proc_id: procId })
  }

  receive(message: AgentMessage, now: Instant): void {
    this.view = { ...this.view, received: this.view.received + 1 }
    switch (message.type) {
      case 'ProcResult':
        this.#streams.get(message.proc_id)?.result(message.res, now)
        return
      case 'ProcOutput':
        this.#streams.get(message.proc_id)?.output(message.start, message.data, message.dropped)
        return
      case 'ProcFdData':
        this.#streams.get(message.proc_id)?.output(message.start, message.data)
        return
      case 'ProcUnknown':
        this.#streams.delete(message.proc_id)
        this.#emit({ type: 'unknown', connId: this.connId, procId: message.proc_id })
        return
      case 'RequestError':
        this.#requestError(message.msg, message.err)
        return
      case 'ShutDown':
        this.view = { ...this.view, shutdownState: message.shutdown_state }
        this.#changed(this.view)
        return
      case 'ProcDelete':
        return
      case 'ProcidList':
      case 'Register':
        this.#log.info(`agent says ${message.type}`, { agent: this.connId, at: now })
        return
    }
  }

  #ended(procId: string, result: ProcResult, heard: Instant): void {
    this.#emit({ type: 'ended', procId, result, heard })
  }

  #requestError(request: { readonly [key: string]: unknown }, error: string): void {
    const told = { agent: this.connId, request: request['type'], error }
    // What was to be stopped has just ended: nothing is wrong.
    if (error === 'no process') this.#log.debug?.('a request came too late', told)
    else this.#log.warn('the agent refused a request', told)
    const procId = request['proc_id']
    if (request['type'] === 'ProcStartRequest') {
      const specs = request['specs']
      const ids = typeof specs === 'object' && specs !== null ? Object.keys(specs) : []
      for (const id of ids) {
        // It was asked before, and has it: the first request counts.
        if (error.startsWith('duplicate proc id')) this.send({ type: 'ProcResultRequest', proc_id: id })
        else this.#emit({ type: 'refused', procId: id, message: error })
      }
    } else if (typeof procId === 'string' && request['type'] === 'ProcDeleteRequest') this.#refusedRelease(procId)
    else if (typeof procId === 'string' && error !== 'no process') {
      this.#emit({ type: 'failed', procId, message: `the agent refused ${String(request['type'])}: ${error}` })
    }
  }
}
