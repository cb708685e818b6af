import {
  givenReason,
  reasonFault,
  recover,
  type Effect,
  type Run,
  type RunId,
  type ScheduledRun,
} from '@apsis/core/run'
import type { CommandReply, Operation } from './commands.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Pauses } from './pauses.ts'
import type { Agents, Clock } from './ports.ts'
import { rejected, type Requests } from './requests.ts'
import type { RunTable } from './run-table.ts'
import type { StoredRuns } from './stored-runs.ts'

type Reply<T> = (answer: CommandReply<T>) => void

export interface OperationPorts {
  readonly clock: Clock
  readonly agents: Pick<Agents, 'connected'>
  readonly live: LiveRuns
  readonly table: RunTable
  readonly stored: StoredRuns
  readonly requests: Requests
  readonly pauses: Pauses
  /** Whether a run that is due may begin now, late as it may be; if not, its time comes again. */
  mayBegin(run: Run): boolean
  perform(run: Run, effect: Effect): void
}

/** What users ask of single runs, and what becomes of a run whose time has come. In the engine's turn only. */
export class Operations {
  readonly #ports: OperationPorts

  constructor(ports: OperationPorts) {
    this.#ports = ports
  }

  operate(id: RunId, operation: Operation, reply: Reply<Run>): void {
    const fault = reasonFault(operation.reason)
    if (fault === null) this.#with(id, reply, (run) => this.#operate(run, operation, reply))
    else reply(rejected('REQUEST', fault))
  }

  /** Makes a run as that one was. The log of each names the other. */
  rerun(id: RunId, reason: string | null, reply: Reply<Run>): void {
    const fault = reasonFault(reason)
    if (fault === null) this.#with(id, reply, (run) => this.#ports.requests.rerun(run, reason, reply))
    else reply(rejected('REQUEST', fault))
  }

  /** The time of a run has come, if it is not another by now: it begins, unless it is held or paused. */
  due(id: RunId): void {
    const run = this.#ports.live.get(id)
    if (run?.state === 'scheduled' && this.#isTime(run)) this.#due(run, () => this.#ports.mayBegin(run))
  }

  /** A pause holds the run no longer: what its time means is decided anew. Its instant has its verdict, so it is not too late. */
  released(run: ScheduledRun, reason: string): void {
    this.#ports.table.apply(run, { type: 'release', reason })
    const after = this.#ports.live.get(run.id)
    if (after?.state === 'scheduled' && this.#isTime(after)) this.#due(after, () => true)
  }

  /** Whether the time of the run has come; if it is another by now, its timers are set anew. */
  #isTime(run: ScheduledRun): boolean {
    const now = this.#ports.clock.now()
    if ((run.times.schedule ?? now) <= now) return true
    for (const effect of recover(run, now)) this.#ports.perform(run, effect)
    return false
  }

  #due(run: ScheduledRun, mayBegin: () => boolean): void {
    const { table, pauses } = this.#ports
    const decision = run.held === null ? pauses.decide(run) : ({ type: 'begin' } as const)
    switch (decision.type) {
      case 'begin':
        if (mayBegin()) table.begin(run, 'due')
        return
      case 'skip':
        table.apply(run, { type: 'skip', message: decision.message })
        return
      case 'hold':
        table.apply(run, { type: 'hold', until: null, reason: decision.message, pause: decision.pause })
        return
    }
  }

  #operate(run: Run, operation: Operation, reply: Reply<Run>): void {
    const { table } = this.#ports
    const reason = givenReason(operation.reason)
    switch (operation.type) {
      case 'start':
        table.begin(run, 'start', reply, reason)
        return
      case 'skip':
        table.apply(run, { type: 'skip', message: reason }, reply)
        return
      case 'release':
        this.#release(run, reason, reply)
        return
      case 'hold':
        table.apply(run, { type: 'hold', until: operation.until, reason, pause: null }, reply)
        return
      case 'signal': {
        const refusal = this.#unreachable(run, operation.name)
        if (refusal === null) table.apply(run, { ...operation, reason }, reply)
        else reply(refusal)
        return
      }
      case 'stop':
      case 'mark':
      case 'move':
        table.apply(run, { ...operation, reason }, reply)
        return
    }
  }

  /** A signal is for now: unlike a stop it is not kept for an agent that is away. */
  #unreachable(run: Run, signal: string): ReturnType<typeof rejected> | null {
    if (run.state !== 'running' && run.state !== 'stopping') return null
    const { agent } = run.handle
    if (agent === null || this.#ports.agents.connected(agent)) return null
    return rejected('AGENT_UNREACHABLE', `sending ${signal} failed: agent ${agent} is not connected`)
  }

  /** A user's word comes before a pause: the run begins in the same commit where its time has passed. */
  #release(run: Run, reason: string | null, reply: Reply<Run>): void {
    const { table, live, clock } = this.#ports
    const input = { type: 'release', reason } as const
    const now = clock.now()
    if (run.state !== 'scheduled' || run.held === null || (run.times.schedule ?? now) > now) {
      table.apply(run, input, reply)
      return
    }
    table.apply(run, input)
    const after = live.get(run.id)
    if (after?.state === 'scheduled') table.begin(after, 'due', reply)
  }

  /** Gives the run as it is, read from the store where only that has it. One that stays as it was is not kept: no timer of it is set. */
  #with(id: RunId, reply: Reply<Run>, then: (run: Run) => void): void {
    const { live, stored, table } = this.#ports
    const run = live.get(id)
    if (run !== undefined) {
      then(run)
      return
    }
    stored.load(id, reply, (read) => {
      table.hold(read)
      then(live.get(id) ?? read)
      table.letGo(read)
    })
  }
}
