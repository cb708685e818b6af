import type { AgentMessage } from '@apsis/wire/message'
import { endCgroups } from '../edges/host/index.ts'
import type { Launcher } from '../edges/launch/index.ts'
import type { Connection } from '../edges/socket/index.ts'
import { errorText, FolderGoneError, type OutputWatch, type Spool } from '../edges/spool/index.ts'
import { type Input, type Instruction, journalText, type Peer, type Proc } from '../machine/index.ts'
import { type AnswerSources, fdDataFrame, fdDataMessage, resultMessage } from './answers.ts'
import { type OutputPart, readPart, readShort } from './output-parts.ts'
import { Pace } from './pace.ts'
import type { Tickets } from './tickets.ts'

/** The parts of the agent that do things. */
export interface Parts {
  readonly spool: Spool
  readonly launcher: Launcher
  readonly watch: OutputWatch
  readonly tickets: Tickets
  readonly answers: AnswerSources
  /** Gives the machine an input, not within this call. */
  readonly post: (input: Input) => void
  readonly warn: (text: string) => void
  /** The proc as it is now; undefined once it is deleted. */
  readonly current: (id: string) => Proc | undefined
  /** The agent is done. */
  readonly finish: () => void
}

/** Carries out instructions. Nothing of it blocks; what it begins comes back as an input. */
export class Performer {
  readonly #parts: Parts
  /** Procs of which an update waits to be sent. */
  readonly #updating = new Set<string>()
  readonly #pace = new Pace(performance.now.bind(performance))
  #connection: Connection | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The present connection, once registered. */
  get connection(): Connection | null {
    return this.#connection
  }

  set connection(connection: Connection | null) {
    this.#connection = connection
    this.#updating.clear()
  }

  perform(instruction: Instruction): void {
    const { spool, launcher, watch, tickets, warn, finish } = this.#parts
    switch (instruction.do) {
      case 'record':
        return this.#record(instruction)
      case 'launch':
        return launcher.launch(instruction.plan)
      case 'unpipe':
        return launcher.unpipe(instruction.pipe)
      case 'command':
        return launcher.command(instruction.id, instruction.monitor, instruction.command, instruction.for)
      case 'watch':
        return launcher.watch(instruction.monitor)
      case 'endCgroups':
        return this.#endCgroups(instruction)
      case 'send':
        return this.#send(instruction.to, async () => instruction.message)
      case 'sendResult':
        return this.#sendResult(instruction)
      case 'sendUpdate':
        return this.#sendUpdate(instruction.proc)
      case 'sendFdData':
        return this.#sendFdData(instruction)
      case 'accepted':
        return instruction.to.kind === 'local' ? tickets.answer(instruction.to.ticket, null) : undefined
      case 'push':
        return this.#push(instruction)
      case 'follow':
        return watch.follow(instruction.file)
      case 'unfollow':
        return watch.unfollow(instruction.file)
      case 'erase':
        return spool.erase(instruction.files)
      case 'removeSegment':
        return spool.removeSegment(instruction.segment)
      case 'finish':
        return finish()
      case 'warn':
        return warn(instruction.text)
    }
  }

  #record({ segment, lines, receipt }: Extract<Instruction, { do: 'record' }>): void {
    const { spool, post } = this.#parts
    spool.append(segment, lines.map(journalText).join('')).then(
      () => post({ kind: 'recorded', receipt }),
      (error: unknown) =>
        post({ kind: 'unrecorded', receipt, reason: errorText(error), isGone: error instanceof FolderGoneError }),
    )
  }

  #endCgroups({ id, monitor, cgroups }: Extract<Instruction, { do: 'endCgroups' }>): void {
    const { post, warn } = this.#parts
    endCgroups(monitor, cgroups).then(
      (tree) => post({ kind: 'cgroupsEnded', id, monitor, tree }),
      (error: unknown) => {
        warn(`control groups of ${id}: ${errorText(error)}`)
        post({ kind: 'cgroupsEnded', id, monitor, tree: null })
      },
    )
  }

  #sendResult({ to, proc, news }: Extract<Instruction, { do: 'sendResult' }>): void {
    const { answers, current } = this.#parts
    // A server of ours needs no news of a proc that has ended by the time when they would be sent: its end, which waits behind, says it all.
    const ours = to.kind === 'server' && Object.keys(this.connection?.session.common ?? {}).length > 0
    const superseded = (): boolean => ours && proc.state !== 'ended' && (current(proc.id)?.state ?? 'ended') === 'ended'
    const brief = (): boolean => news && ours && proc.state === 'running' && this.#pace.isFast()
    this.#send(to, () => (superseded() ? null : resultMessage(proc, answers, brief())))
  }

  #sendUpdate(proc: Proc): void {
    const { id } = proc
    // A server that takes nothing for a while is not to find many of them then.
    if (this.#updating.has(id)) return
    this.#updating.add(id)
    const { answers, current } = this.#parts
    this.#send({ kind: 'server' }, () => {
      this.#updating.delete(id)
      return (current(id)?.state ?? 'ended') === 'ended' ? null : resultMessage(proc, answers)
    })
  }

  #send(to: Peer, make: () => Promise<AgentMessage> | null): void {
    const { tickets, warn } = this.#parts
    if (to.kind === 'local') {
      make()?.then(
        (message) => tickets.answer(to.ticket, message),
        (error: unknown) => warn(`an answer could not be made: ${errorText(error)}`),
      )
      return
    }
    const connection = this.connection
    connection?.outbox.add(async () => {
      try {
        const message = await make()
        return message === null ? null : connection.session.encode(message)
      } catch (error) {
        warn(`a message could not be made: ${errorText(error)}`)
        return null
      }
    })
  }

  #sendFdData(instruction: Extract<Instruction, { do: 'sendFdData' }>): void {
    const { answers } = this.#parts
    const { connection } = this
    if (instruction.to.kind === 'local') this.#send(instruction.to, () => fdDataMessage(instruction, answers))
    else connection?.outbox.add(() => fdDataFrame(instruction, answers, connection))
  }

  #push(push: Extract<Instruction, { do: 'push' }>): void {
    const { id, fd, name, generation, file } = push
    const { answers, post, warn } = this.#parts
    const connection = this.connection
    connection?.outbox.add(async () => {
      const part = await this.#read(answers.pathOf(file), push).catch((error: unknown) => {
        warn(`reading output of ${id}: ${errorText(error)}`)
        return null
      })
      const length = part === null ? 0 : part.dropped + part.data.length
      post({ kind: 'pushed', id, fd, generation, length, more: part?.more ?? false })
      if (part === null || length === 0) return null
      const { start, data, dropped } = part
      const message = { type: 'ProcOutput', proc_id: id, fd: name, start, data } as const
      return connection.session.encode(dropped === 0 ? message : { ...message, dropped })
    })
  }

  async #read(path: string, push: Extract<Instruction, { do: 'push' }>): Promise<OutputPart> {
    return readShort(path, push) ?? (await readPart(path, push))
  }
}
