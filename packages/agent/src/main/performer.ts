import type { AgentMessage } from '@apsis/wire/message'
import type { Launcher } from '../edges/launch/index.ts'
import type { Connection } from '../edges/socket/index.ts'
import { errorText, type OutputWatch, readOutput, type Spool } from '../edges/spool/index.ts'
import { type Input, type Instruction, journalText, type Peer, type Proc } from '../machine/index.ts'
import { type AnswerSources, fdDataFrame, fdDataMessage, resultMessage } from './answers.ts'
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
  /** The present connection, once registered. */
  connection: Connection | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  perform(instruction: Instruction): void {
    const { spool, launcher, watch, tickets, warn, finish } = this.#parts
    switch (instruction.do) {
      case 'record':
        return this.#record(instruction)
      case 'launch':
        return launcher.launch(instruction.plan)
      case 'command':
        return launcher.command(instruction.id, instruction.monitor, instruction.command, instruction.for)
      case 'watch':
        return launcher.watch(instruction.monitor)
      case 'send':
        return this.#send(instruction.to, async () => instruction.message)
      case 'sendResult':
        return this.#sendResult(instruction)
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
      (error: unknown) => post({ kind: 'unrecorded', receipt, reason: errorText(error) }),
    )
  }

  #sendResult({ to, proc }: Extract<Instruction, { do: 'sendResult' }>): void {
    const { answers, current } = this.#parts
    // A server of ours needs no news of a proc that has ended by the time when they would be sent: its end, which waits behind, says it all.
    const ours = to.kind === 'server' && Object.keys(this.connection?.session.common ?? {}).length > 0
    const superseded = (): boolean => ours && proc.state !== 'ended' && (current(proc.id)?.state ?? 'ended') === 'ended'
    this.#send(to, () => (superseded() ? null : resultMessage(proc, answers)))
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

  #push({ id, fd, name, generation, file, start, most }: Extract<Instruction, { do: 'push' }>): void {
    const { answers, post, warn } = this.#parts
    const connection = this.connection
    connection?.outbox.add(async () => {
      const data = await readOutput(answers.pathOf(file), start, most).catch((error: unknown) => {
        warn(`reading output of ${id}: ${errorText(error)}`)
        return null
      })
      post({ kind: 'pushed', id, fd, generation, length: data?.length ?? 0, more: data?.length === most })
      return data === null || data.length === 0
        ? null
        : connection.session.encode({ type: 'ProcOutput', proc_id: id, fd: name, start, data })
    })
  }
}
