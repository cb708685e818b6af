import type { ShutdownState } from '@apsis/wire/message'
import { cleanUp } from './clean-up.ts'
import { commanded } from './commands.ts'
import { deleteRecorded, deleteUnrecorded, dropSegments } from './delete.ts'
import { sendUpdates } from './every.ts'
import type { Input, Receipt } from './input.ts'
import type { Instruction } from './instruction.ts'
import { cgroupsEnded, gone, launched, launchFailed, lossRecorded, lossUnrecorded, retryLosses } from './life.ts'
import type { Now } from './now.ts'
import type { Proc } from './proc.ts'
import { closeStreams, grown, pollStreams, pushed } from './push.ts'
import { launcherReady, recovered, takeRecord } from './recover.ts'
import { take } from './request.ts'
import { Segments } from './segments.ts'
import { hasDeadline, progress, shutDown, shutdownState } from './shutdown.ts'
import { retryWithdrawals, startRecorded, startUnrecorded, startWithdrawn } from './start.ts'
import type { AgentState, MachineConfig, Step } from './state.ts'
import { Streams } from './streams.ts'
import { ProcTable } from './table.ts'

/**
 * The agent's decisions: takes what happens, one input at a time, and says what to do. Pure but for its own state: no clock, no files, no
 * sockets. Rules: SPEC.md.
 */
export class AgentMachine {
  readonly #state: AgentState

  constructor(config: MachineConfig) {
    this.#state = {
      config,
      procs: new ProcTable(),
      segments: new Segments(),
      streams: new Streams(),
      commands: new Map(),
      updates: new Map(),
      forgotten: new Set(),
      withdrawn: [],
      losing: new Map(),
      extensions: null,
      launcherReady: false,
      nextPipe: 1,
      recovered: false,
      accounts: config.accounts,
      nextCleanUp: 0n,
      shutdown: { phase: 'active' },
    }
  }

  /** Takes one input. Never throws for anything that a peer or a file can say. */
  handle(input: Input, now: Now): readonly Instruction[] {
    const step: Step = { state: this.#state, now, out: [] }
    apply(step, input)
    if (this.#state.recovered) progress(step)
    return step.out
  }

  /** Ids of every proc held, sorted, as Register lists them. */
  procIds(): readonly string[] {
    return this.#state.procs.ids()
  }

  /** The proc of an id, as it is now. */
  proc(id: string): Proc | undefined {
    return this.#state.procs.get(id)
  }

  /** Folders of control groups that are ended once their monitors are gone. */
  heldCgroups(): ReadonlySet<string> {
    const procs = [...this.#state.procs.values()]
    return new Set(procs.flatMap((proc) => (proc.state === 'running' ? (proc.cgroups ?? []) : [])))
  }

  get shutdownState(): ShutdownState {
    return shutdownState(this.#state.shutdown)
  }

  /** Whether a tick within a second may find something to do: else one a minute is enough, for what grows old. */
  get needsTick(): boolean {
    const { procs, streams, withdrawn, shutdown } = this.#state
    // Of procs that have not ended a record may come of which the host did not tell.
    return (
      procs.unended > 0 ||
      streams.size > 0 ||
      withdrawn.length > 0 ||
      this.#state.losing.size > 0 ||
      hasDeadline(shutdown)
    )
  }

  /** How many procs are held, how many of them have not ended, and a number that grows with every change. */
  get counts(): {
    readonly held: number
    readonly unended: number
    readonly unstarted: number
    readonly revision: number
  } {
    const { size, unended, unstarted, revision } = this.#state.procs
    return { held: size, unended, unstarted, revision }
  }
}

function apply(step: Step, input: Input): void {
  const { state } = step
  switch (input.kind) {
    case 'journal':
      return takeRecord(step, input.segment, input.line)
    case 'recovered':
      return recovered(step, input.current, input.segments)
    case 'rotated':
      state.segments.begin(input.current)
      return dropSegments(step)
    case 'recorded':
      return takeRecorded(step, input.receipt)
    case 'unrecorded':
      return input.isGone === true
        ? takeUnrecordable(step, input.receipt, input.reason)
        : takeUnrecorded(step, input.receipt, input.reason)
    case 'launcherReady':
      return launcherReady(step)
    case 'launcherLost':
      state.launcherReady = false
      return
    case 'launched':
      return launched(step, input.id, input.monitor)
    case 'launchFailed':
      return launchFailed(step, input.id, input.error)
    case 'commanded':
      return commanded(step, input.id, input.command, input.for, input.errno)
    case 'gone':
      return gone(step, input.monitor)
    case 'cgroupsEnded':
      return cgroupsEnded(step, input.id, input.monitor, input.tree)
    case 'accounts':
      state.accounts = input.accounts
      return
    case 'connected':
      return connect(step, input.extensions)
    case 'disconnected':
      return connect(step, null)
    case 'request':
      return take(step, input.from, input.request)
    case 'pushed':
      return pushed(step, input.id, input.fd, input.generation, input.length, input.more)
    case 'grown':
      return grown(step, state.streams.ofFile(input.file))
    case 'shutdown':
      return shutDown(step, input.how)
    case 'tick':
      retryWithdrawals(step)
      retryLosses(step)
      if (state.recovered) cleanUp(step)
      sendUpdates(step)
      return pollStreams(step)
  }
}

// What a connection asked for ends with it; the next server says anew from where.
function connect(step: Step, extensions: AgentState['extensions']): void {
  closeStreams(step)
  step.state.forgotten.clear()
  step.state.updates.clear()
  step.state.extensions = extensions
}

function takeRecorded(step: Step, receipt: Receipt): void {
  if (receipt.kind === 'asked') startRecorded(step, receipt)
  if (receipt.kind === 'deleted') deleteRecorded(step, receipt)
  if (receipt.kind === 'withdrawn') startWithdrawn(step, receipt)
  if (receipt.kind === 'lost' && receipt.id !== null) lossRecorded(step, receipt.id)
}

// There is nothing to withdraw, and what is deleted will not come back.
function takeUnrecordable(step: Step, receipt: Receipt, reason: string): void {
  if (receipt.kind !== 'asked') return takeRecorded(step, receipt)
  startUnrecorded(step, receipt, reason)
  const { withdrawn } = step.state
  step.state.withdrawn = []
  for (const one of withdrawn) startWithdrawn(step, one)
  for (const id of step.state.losing.keys()) lossRecorded(step, id)
}

function takeUnrecorded(step: Step, receipt: Receipt, reason: string): void {
  switch (receipt.kind) {
    case 'asked': {
      const text = `a start request cannot be recorded: ${reason}; no start is taken until what may be left of it is withdrawn`
      step.out.push({ do: 'warn', text })
      return startUnrecorded(step, receipt, reason)
    }
    case 'deleted':
      return deleteUnrecorded(step, receipt, reason)
    case 'withdrawn':
      step.state.withdrawn = [...step.state.withdrawn, receipt]
      return
    case 'lost':
      if (receipt.id !== null) return lossUnrecorded(step, receipt.id)
      // The next agent comes to the same conclusion.
      step.out.push({ do: 'warn', text: `cannot record that a proc is lost: ${reason}` })
  }
}
