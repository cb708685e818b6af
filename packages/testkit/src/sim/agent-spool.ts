import { type Input, type JournalLine, type OutputFile, fileKey } from '@apsis/agent/machine'
import type { Host } from './host.ts'
import type { Lifetime } from './lifetime.ts'

/** Records of a journal after which a new segment is begun. */
const SEGMENT_RECORDS = 40

/** One agent's use of its state folder: appends that take time or fail, following the journals, and the promise of their order (machine/input.ts). */
export class AgentSpool {
  readonly #host: Host
  readonly #life: Lifetime
  readonly #post: (input: Input) => void
  readonly #read = new Map<number, number>()
  readonly #followed = new Set<string>()
  readonly #unwatch: () => void
  #current = 0
  #lastAppend = 0
  #held: Input[] = []
  #reading = false
  /** Writes are refused. */
  refusing = false

  constructor(host: Host, life: Lifetime, post: (input: Input) => void) {
    this.#host = host
    this.#life = life
    this.#post = post
    this.#unwatch = host.files.watch({
      // What a watch does not tell is found by the next tick.
      journal: () => host.random.chance(0.05) || life.after(host.random.below(4), () => this.catchUp()),
      output: (file) => this.#grown(file),
    })
  }

  /** Reads all that there is, and makes a segment where one is needed. */
  recover(): void {
    const { files, boot } = this.#host
    let last: string | null = null
    for (const segment of files.segments()) {
      for (const line of files.read(segment, 0)) {
        if (line?.t === 'segment') last = line.boot
        this.#tell(segment, line)
      }
      this.#read.set(segment, files.length(segment))
    }
    const segments = files.segments()
    const newest = segments.at(-1)
    const usable = newest !== undefined && last === boot && files.length(newest) < SEGMENT_RECORDS
    this.#current = usable ? newest : this.#create((newest ?? 0) + 1)
    this.#post({
      kind: 'recovered',
      current: this.#current,
      segments: [...segments, ...(usable ? [] : [this.#current])],
    })
  }

  /** Tells of every record that has come since. */
  catchUp(): void {
    for (const [segment, from] of this.#read) {
      const lines = this.#host.files.read(segment, from)
      this.#read.set(segment, from + lines.length)
      for (const line of lines) if (line?.t === 'start' || line?.t === 'end') this.#tell(segment, line)
    }
  }

  /** Gives the input after the journals have been read to their end. */
  hold(input: Input): void {
    this.#held.push(input)
    if (this.#reading) return
    this.#reading = true
    this.#life.after(this.#host.random.below(4), () => {
      this.#reading = false
      this.catchUp()
      for (const held of this.#held.splice(0)) this.#post(held)
    })
  }

  /** Appends, durably; answers in order. When it fails, the text may be there all the same. */
  append(segment: number, text: string, done: (trouble: string | null) => void): void {
    const { random, files, trace } = this.#host
    const fails = this.refusing || this.#host.nth.fails('write')
    const arrives = !fails || random.chance(0.3)
    this.#lastAppend = Math.max(
      this.#lastAppend,
      this.#life.monotonic() + (random.chance(0.02) ? random.below(800) : random.below(5)),
    )
    const wait = this.#lastAppend - this.#life.monotonic()
    this.#life.after(wait, () => {
      if (fails) trace.sometimes('journal refused a write')
      if (arrives) files.append(segment, text)
      this.#life.after(random.below(2), () => done(fails ? 'ENOSPC: no space left on device' : null))
    })
  }

  rotate(): void {
    if (this.refusing || this.#host.files.length(this.#current) < SEGMENT_RECORDS) return
    this.#current = this.#create(this.#current + 1)
    this.#post({ kind: 'rotated', current: this.#current })
  }

  removeSegment(segment: number): void {
    this.#read.delete(segment)
    this.#host.trace.sometimes('segment removed')
    this.#life.after(this.#host.random.below(50), () => this.#host.files.removeSegment(segment))
  }

  follow(file: OutputFile): void {
    this.#followed.add(fileKey(file))
  }

  unfollow(file: OutputFile): void {
    this.#followed.delete(fileKey(file))
  }

  close(): void {
    this.#unwatch()
  }

  #grown(file: OutputFile): void {
    if (!this.#followed.has(fileKey(file)) || this.#host.random.chance(0.1)) return
    this.#life.after(this.#host.random.below(5), () => this.#post({ kind: 'grown', file }))
  }

  #create(segment: number): number {
    this.#host.files.create(segment)
    this.#host.files.append(segment, `${JSON.stringify({ t: 'segment', v: 1, boot: this.#host.boot })}\n`)
    this.#read.set(segment, this.#host.files.length(segment))
    return segment
  }

  #tell(segment: number, line: JournalLine | null): void {
    if (line !== null) this.#post({ kind: 'journal', segment, line })
    else this.#host.trace.add(this.#host.name, `a line of segment ${segment} is no record`)
  }
}
