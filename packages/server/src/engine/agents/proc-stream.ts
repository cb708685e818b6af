import type { RunId } from '@apsis/core/run'
import type { ServerMessage } from '@apsis/wire/message'
import type { ProcResult } from '@apsis/wire/result'
import { OUTPUT_ID, type OutputSink } from './output-sink.ts'

/** Bytes that an agent may send of one proc beyond what is durable here. */
const WINDOW = 256 * 1024
/** Bytes asked for at a time of an agent that does not push: each comes as one frame, and a frame has a largest size. */
const PIECE = 4 << 20
/** How often output is asked for without any of it coming before it is given up. */
const TRIES = 5
const FD = 'stdout'

/** What a stream needs of its connection. */
export interface ProcStreamPorts {
  readonly sink: Pick<OutputSink, 'add'>
  /** Whether the agent pushes output; else it is asked for, when the proc has ended. */
  readonly pushes: boolean
  send(message: ServerMessage): void
  started(result: ProcResult): void
  /** The final result, and all of its output is durable; or `incomplete` was called before. */
  ended(result: ProcResult): void
  /** No more of the output is stored than what is there. */
  incomplete(message: string): void
  note(message: string): void
}

/** One proc as heard of over one connection: its result, and its output by offset. A repeat of anything does no harm. */
export class ProcStream {
  readonly runId: RunId
  readonly procId: string
  readonly #ports: ProcStreamPorts
  /** Bytes that have arrived; the next wanted offset. */
  #received: number
  #durable: number
  #final: ProcResult | null = null
  #started = false
  #over = false
  /** Whether a piece was asked for and has not come; only of an agent that does not push. */
  #asking = false
  /** Times that output was asked for again since the last of it became durable. */
  #tries = 0
  #incomplete = false
  /** Counts openings: what was added before the last one is not asked for again when it is refused. */
  #opening = 0

  constructor(runId: RunId, procId: string, have: number, ports: ProcStreamPorts) {
    this.runId = runId
    this.procId = procId
    this.#received = have
    this.#durable = have
    this.#ports = ports
  }

  /** Asks for output from where it is stored. */
  open(): void {
    if (this.#ports.pushes && !this.#incomplete) {
      this.#ports.send({
        type: 'ProcOutputRequest',
        proc_id: this.procId,
        fd: FD,
        start: this.#received,
        window: WINDOW,
      })
    }
  }

  result(result: ProcResult): void {
    if (this.#over) return
    if (result.times.stop === null) {
      // Without a process id there is no process yet: its program may turn out not to be there.
      if (!this.#started && result.errors.length === 0 && result.pid !== null) {
        this.#started = true
        this.#ports.started(result)
      }
      return
    }
    this.#final = result
    this.#ask()
    this.#settle()
  }

  /** Bytes [start, start + data.length) of the output. */
  output(start: number, data: Uint8Array): void {
    if (this.#incomplete || this.#over) return
    this.#asking = false
    if (start > this.#received) {
      // Something is missing: ask again from where it is whole.
      this.#ports.note(`output of ${this.procId} jumps from ${this.#received} to ${start}`)
      if (this.#ports.pushes) this.open()
      else this.#askAgain(`the agent sends it from ${start} on`)
      return
    }
    const fresh = data.subarray(this.#received - start)
    if (fresh.length === 0) {
      if (!this.#ports.pushes) this.#askAgain('the agent sends nothing of it')
      return
    }
    const offset = this.#received
    const opening = this.#opening
    this.#received += fresh.length
    this.#ports.sink.add(
      { runId: this.runId, outputId: OUTPUT_ID, offset, data: fresh },
      {
        durable: (length) => this.#stored(length),
        refused: (length) => {
          if (opening === this.#opening) this.#reopen(offset, length)
        },
      },
    )
  }

  #stored(length: number): void {
    if (length > this.#durable) this.#tries = 0
    this.#durable = Math.max(this.#durable, length)
    this.#received = Math.max(this.#received, this.#durable)
    if (this.#ports.pushes) {
      this.#ports.send({ type: 'ProcOutputAck', proc_id: this.procId, fd: FD, offset: this.#durable })
    }
    this.#ask()
    this.#settle()
  }

  /** The store has not what it was thought to have: goes on from what it has. */
  #reopen(offset: number, length: number | null): void {
    this.#opening++
    const why = `the store does not take it at ${offset}`
    if (length === null) return this.#giveUp(why)
    this.#received = length
    this.#durable = length
    if (!this.#ports.pushes) return this.#askAgain(why)
    if (this.#tries++ < TRIES) this.open()
    else this.#giveUp(why)
  }

  /** Asks for the next piece, once all before it is durable: so one piece at a time is in memory. */
  #ask(): void {
    if (this.#final === null || this.#ports.pushes || this.#asking || this.#incomplete || this.#over) return
    const start = this.#received
    const length = lengthOf(this.#final)
    if (start > this.#durable || start >= length) return
    this.#asking = true
    const stop = Math.min(length, start + PIECE)
    this.#ports.send({ type: 'ProcFdDataRequest', proc_id: this.procId, fd: FD, start, stop })
  }

  #askAgain(why: string): void {
    // What is on its way into the store brings the next question.
    if (this.#final === null || this.#received > this.#durable || this.#durable >= lengthOf(this.#final)) return
    if (this.#tries++ < TRIES) this.#ask()
    else this.#giveUp(why)
  }

  #giveUp(why: string): void {
    this.#incomplete = true
    const length = this.#final === null ? '' : ` of ${lengthOf(this.#final)}`
    this.#ports.incomplete(`the output is incomplete, ${this.#durable}${length} bytes: ${why}`)
    this.#settle()
  }

  #settle(): void {
    if (this.#final === null || this.#over) return
    if (!this.#incomplete && this.#durable < lengthOf(this.#final)) return
    this.#over = true
    this.#ports.ended(this.#final)
  }
}

function lengthOf(result: ProcResult): number {
  const fd = result.fds[FD]
  return fd?.type === 'detached' ? fd.length : 0
}
