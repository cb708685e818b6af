import { type Input, type Instruction, journalText, outputFile, type Proc, resultOf } from '@apsis/agent/machine'
import type { ProcResult } from '@apsis/wire/result'
import type { AgentConnection } from './agent-connection.ts'
import type { AgentSpool } from './agent-spool.ts'
import type { Host } from './host.ts'
import type { SimLauncher } from './launcher.ts'

/** Carries out what the machine says, over a simulated host. What it begins comes back as an input. */
export class AgentPerformer {
  readonly #host: Host
  readonly #spool: AgentSpool
  readonly #post: (input: Input) => void
  connection: AgentConnection | null = null
  launcher: SimLauncher | null = null

  constructor(host: Host, spool: AgentSpool, post: (input: Input) => void) {
    this.#host = host
    this.#spool = spool
    this.#post = post
  }

  perform(instruction: Instruction): void {
    switch (instruction.do) {
      case 'record': {
        const { segment, lines, receipt } = instruction
        return this.#spool.append(segment, lines.map(journalText).join(''), (trouble) =>
          this.#post(
            trouble === null ? { kind: 'recorded', receipt } : { kind: 'unrecorded', receipt, reason: trouble },
          ),
        )
      }
      case 'launch':
        return this.launcher?.launch(instruction.plan)
      case 'command':
        return this.launcher?.command(instruction.id, instruction.monitor, instruction.command, instruction.for)
      case 'watch':
        return this.launcher?.watch(instruction.monitor)
      case 'send': {
        const { message } = instruction
        return this.connection?.send(() => message)
      }
      case 'sendResult': {
        const { proc } = instruction
        return this.connection?.send(() => ({ type: 'ProcResult', proc_id: proc.id, res: this.#result(proc) }))
      }
      case 'push':
        return this.#push(instruction)
      case 'follow':
        return this.#spool.follow(instruction.file)
      case 'unfollow':
        return this.#spool.unfollow(instruction.file)
      case 'erase':
        for (const file of instruction.files) this.#host.files.erase(file)
        return
      case 'removeSegment':
        return this.#spool.removeSegment(instruction.segment)
      case 'warn':
        return this.#host.trace.add(this.#host.name, `warns: ${instruction.text}`)
      case 'accepted':
      case 'endCgroups':
      case 'sendFdData':
      case 'sendUpdate':
      case 'unpipe':
      case 'finish':
        throw new Error(`the simulation has no ${instruction.do}`)
    }
  }

  #push({ id, fd, name, generation, file, start, most }: Extract<Instruction, { do: 'push' }>): void {
    const connection = this.connection
    connection?.add(() => {
      const data = this.#host.files.output(file).slice(start, start + most)
      this.#post({ kind: 'pushed', id, fd, generation, length: data.length, more: data.length === most })
      return data.length === 0
        ? null
        : connection.session.encode({ type: 'ProcOutput', proc_id: id, fd: name, start, data })
    })
  }

  #result(proc: Proc): ProcResult {
    const captures = new Map<number, { readonly length: number; readonly dropped: null }>()
    for (const { fd, action } of proc.fds) {
      if (action.kind !== 'capture') continue
      captures.set(fd, { length: this.#host.files.output(outputFile(proc.place, fd)).length, dropped: null })
    }
    const units = { page: 4096, ticksPerSecond: 100, booted: 0n }
    return resultOf(proc, { stat: null, statm: null, cwd: null, captures }, this.#host.clocks(), units)
  }
}
