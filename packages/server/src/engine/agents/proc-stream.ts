import type { RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { ServerMessage } from '@apsis/wire/message'
import { droppedMark, type ProcResult } from '@apsis/wire/result'
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
  /** Whether the agent's results tell what was not kept of the output. */
  readonly tellsHoles: boolean
  /** Seconds between results while the proc runs; null: none are wanted, or the agent does not send any unasked. */
  readonly updateEvery: number | null
  send(message: ServerMessage): void
  started(result: ProcResult): void
  /** A later result of a proc that runs. */
  updated(result: ProcResult): void
  /** The final result, which came at `heard`, and all of its output is durable; or `incomplete` was called before. */
  ended(result: ProcResult, heard: Instant): void
  /** No more of the output is stored than what is there. */
  incomplete(message: string): void
  note(message: string): void
}

/** What a limit did not keep of the output: bytes [start, stop). Stored is a mark of so many bytes in their place. */
interface Hole {
  readonly start: number
  readonly stop: number
  readonly mark: number
}

/**
 * One proc as heard of over one connection: its result, and its output by offset. A repeat of anything does no harm. Offsets are the output's; behind a
 * hole, what is stored has others.
 */
export class ProcStream {
  readonly runId: RunId
  readonly procId: string
  readonly #ports: ProcStreamPorts
  /** Bytes that have arrived; the next wanted offset. */
  #received: number
  #durable: number
  #final: ProcResult | null = null
  /** When the final result came: output may become durable long after, as where the disk was full. */
  #heard: Instant = 0
  #hole: Hole | null = null
  /** Asking for output waits for a result, which tells where in the output the end of what is stored is. */
  #unplaced: boolean
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
    this.#unplaced = have > 0 && ports.pushes && ports.tellsHoles
  }

  /** Asks for output from where it is stored. */
  open(): void {
    if (this.#ports.pushes && !this.#incomplete && !this.#unplaced) {
      this.#ports.send({
        type: 'ProcOutputRequest',
        proc_id: this.procId,
        fd: FD,
        start: this.#received,
        window: WINDOW,
      })
    }
  }

  /** A result that came at `heard`. */
  result(result: ProcResult, heard: Instant): void {
    if (this.#over) return
    if (this.#unplaced) this.#place(result)
    if (result.times.stop === null) {
      // Without a process id there is no process yet: its program may turn out not to be there.
      if (!this.#started && result.errors.length === 0 && result.pid !== null) {
        this.#started = true
        this.#ports.started(result)
        const { updateEvery: interval } = this.#ports
        if (interval !== null) this.#ports.send({ type: 'ProcResultEvery', proc_id: this.procId, interval })
      } else if (this.#started && this.#ports.updateEvery !== null) this.#ports.updated(result)
      return
    }
    this.#final = result
    this.#heard = heard
    this.#ask()
    this.#settle()
  }

  /** Bytes [start, start + data.length) of the output; `dropped`: so many before them were not kept. */
  output(start: number, data: Uint8Array, dropped = 0): void {
    if (this.#incomplete || this.#over) return
    this.#asking = false
    if (start > this.#received && start - dropped <= this.#received) return this.#skip(start, data)
    if (start > this.#received) {
      // Something is missing: ask again from where it is whole.
      this.#ports.note(`output of ${this.procId} jumps from ${this.#received} to ${start}`)
      if (this.#ports.pushes) this.open()
      else this.#askAgain(`the agent sends it from ${start} on`)
      return
    }
    const fresh = data.subarray(this.#received - start)
    if (fresh.length === 0) {
      // It was asked for anew while it came: the agent sends it again, and forgets what was acknowledged before. What is not durable yet is
      // acknowledged when it is.
      if (!this.#ports.pushes) this.#askAgain('the agent sends nothing of it')
      else if (start + data.length <= this.#durable) this.#acknowledge()
      return
    }
    const offset = this.#storedOffset(this.#received)
    this.#received += fresh.length
    this.#store(offset, fresh)
  }

  /** Stores a mark in the place of what was not kept, and what comes behind it, together: so a mark is never stored in part. */
  #skip(start: number, data: Uint8Array): void {
    const offset = this.#storedOffset(this.#received)
    const mark = Buffer.from(droppedMark(start - this.#received))
    this.#hole = { start: this.#received, stop: start, mark: mark.length }
    this.#received = start + data.length
    this.#store(offset, Buffer.concat([mark, data]))
  }

  #store(offset: number, data: Uint8Array): void {
    const opening = this.#opening
    this.#ports.sink.add(
      { runId: this.runId, outputId: OUTPUT_ID, offset, data },
      {
        durable: (length) => this.#stored(this.#outputOffset(length)),
        refused: (length) => {
          if (opening === this.#opening) this.#reopen(offset, length)
        },
      },
    )
  }

  #storedOffset(offset: number): number {
    const hole = this.#hole
    return hole === null || offset < hole.stop ? offset : offset - (hole.stop - hole.start) + hole.mark
  }

  #outputOffset(stored: number): number {
    const hole = this.#hole
    return hole === null || stored < hole.start + hole.mark ? stored : stored - hole.mark + (hole.stop - hole.start)
  }

  /** Finds out where in the output the end of what is stored is, and goes on from there. */
  #place(result: ProcResult): void {
    this.#unplaced = false
    const fd = result.fds[FD]
    // While the proc runs nothing is sent that is behind a hole.
    if (result.times.stop !== null && fd?.type === 'detached' && fd.dropped !== undefined) {
      const [start, stop] = fd.dropped
      const mark = droppedMark(stop - start).length
      if (this.#durable >= start + mark) this.#hole = { start, stop, mark }
      this.#durable = this.#outputOffset(this.#durable)
      this.#received = this.#durable
    }
    this.open()
  }

  #stored(length: number): void {
    if (length > this.#durable) this.#tries = 0
    this.#durable = Math.max(this.#durable, length)
    this.#received = Math.max(this.#received, this.#durable)
    if (this.#ports.pushes) this.#acknowledge()
    this.#ask()
    this.#settle()
  }

  #acknowledge(): void {
    this.#ports.send({ type: 'ProcOutputAck', proc_id: this.procId, fd: FD, offset: this.#durable })
  }

  /** The store has not what it was thought to have: goes on from what it has. */
  #reopen(offset: number, length: number | null): void {
    this.#opening++
    const why = `the store does not take it at ${offset}`
    if (length === null) return this.#giveUp(why)
    this.#received = this.#outputOffset(length)
    this.#durable = this.#received
    if (this.#hole !== null && this.#received < this.#hole.stop) this.#hole = null
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
    this.#ports.ended(this.#final, this.#heard)
  }
}

function lengthOf(result: ProcResult): number {
  const fd = result.fds[FD]
  return fd?.type === 'detached' ? fd.length : 0
}
