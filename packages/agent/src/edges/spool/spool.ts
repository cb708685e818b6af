import { readdir } from 'node:fs/promises'
import type { OutputFile } from '../../machine/index.ts'
import { errorText } from './error-code.ts'
import { Layout } from './layout.ts'
import { makeFolder } from './make-folder.ts'
import { displaced, type Placed, placedNow } from './place-check.ts'
import { Removal } from './removal.ts'
import { Segment, type SegmentEvents } from './segment.ts'

export interface SpoolOptions {
  /** The state folder; made if missing. */
  readonly folder: string
  /** The host's boot id. */
  readonly boot: string
  /** A journal longer than this takes no new procs, bytes. */
  readonly segmentLength: number
}

/** The segments of a state folder: their journals are followed, appended to and, when nothing needs them, removed. */
export class Spool {
  readonly layout: Layout
  readonly #options: SpoolOptions
  readonly #events: SegmentEvents
  readonly #removal: Removal
  readonly #segments = new Map<number, Segment>()
  /** Those that are to be deleted, and are still open. */
  readonly #leaving = new Set<Segment>()
  #current: Segment | null = null
  #lock: Placed | null = null

  private constructor(options: SpoolOptions, events: SegmentEvents) {
    this.layout = new Layout(options.folder)
    this.#options = options
    this.#events = events
    this.#removal = new Removal((text) => events.trouble(text))
  }

  /** Makes the folder what it has to be. Reads nothing yet. Rejects with an error that names the folder. */
  static async open(options: SpoolOptions, events: SegmentEvents): Promise<Spool> {
    const spool = new Spool(options, events)
    try {
      await makeFolder(spool.layout.segments)
    } catch (error) {
      const wayOut = 'use another with --state DIR, or let the user that the agent runs as write this one'
      throw new Error(`the state folder ${options.folder} cannot be made: ${errorText(error)}; ${wayOut}`, {
        cause: error,
      })
    }
    return spool
  }

  /** Tells of every record of every segment, in the order of segments; then follows them. To be called once, with the lock held. */
  async recover(): Promise<{ readonly current: number; readonly segments: readonly number[] }> {
    this.#lock = await placedNow(this.layout.lock).catch(() => null)
    const names = await readdir(this.layout.segments)
    const numbers = names.filter((name) => /^[0-9]{1,15}$/.test(name)).map(Number)
    for (const number of numbers.sort((a, b) => a - b)) {
      const segment = await Segment.open(number, this.layout, this.#events)
      this.#segments.set(number, segment)
      await segment.catchUp()
    }
    const last = this.#segments.get(numbers.at(-1) ?? 0)
    const usable = last !== undefined && last.length < this.#options.segmentLength && last.boot === this.#options.boot
    this.#current = usable ? last : await this.#create((last?.number ?? 0) + 1)
    for (const segment of this.#segments.values()) segment.follow()
    return { current: this.#current.number, segments: [...this.#segments.keys()] }
  }

  /** Resolves when the text is durable in the journal of the segment. */
  append(segment: number, text: string): Promise<void> {
    const found = this.#segments.get(segment)
    return found === undefined ? Promise.reject(new Error(`segment ${segment} is not there`)) : found.append(text)
  }

  /** Resolves when every record so far has been told of. */
  async catchUp(): Promise<void> {
    await Promise.all([...this.#segments.values()].map((segment) => segment.catchUp()))
  }

  /** What was removed or replaced, of the present segment's journal and the lock, without which nothing can be kept; null: nothing was. */
  missing(): string | null {
    const problem = this.#current?.missing() ?? null
    return problem ?? (this.#lock === null ? null : displaced(this.#lock))
  }

  /** Makes the present segment's folder of outputs again if it was removed; whether it was. Rejects when it cannot be made. */
  async remakeOutputs(): Promise<boolean> {
    return (await this.#current?.remakeOutputs()) ?? false
  }

  /** What can be locked instead of the lock when that is gone: it cannot be removed while this agent lives. */
  get lastingLock(): string {
    return this.#current?.lasting ?? this.layout.lock
  }

  /** Begins a new segment if the present one is long enough; gives its number, or null. Not to be called again before it is done. */
  async rotate(): Promise<number | null> {
    if (this.#current === null || this.#current.length < this.#options.segmentLength) return null
    const next = await this.#create(this.#current.number + 1)
    next.follow()
    this.#current = next
    return next.number
  }

  /** Deletes output files, in the background. */
  erase(files: readonly OutputFile[]): void {
    for (const file of files) this.#removal.file(this.layout.output(file))
  }

  /** Of these, the files that are there. */
  async existing(files: readonly OutputFile[]): Promise<readonly OutputFile[]> {
    const names = new Map<number, ReadonlySet<string>>()
    for (const { segment } of files) {
      if (!names.has(segment)) names.set(segment, new Set(await this.#segments.get(segment)?.outputs()))
    }
    return files.filter(({ segment, name }) => names.get(segment)?.has(name) === true)
  }

  /** Deletes a segment, in the background. Its journal goes last: until then a restart knows that it is to be deleted. */
  removeSegment(number: number): void {
    const segment = this.#segments.get(number)
    this.#segments.delete(number)
    if (segment !== undefined) this.#leaving.add(segment)
    this.#removal.step(async () => {
      const names = (await segment?.outputs()) ?? []
      await segment?.close()
      if (segment !== undefined) this.#leaving.delete(segment)
      for (const name of names) this.#removal.file(this.layout.output({ segment: number, name }))
      this.#removal.folder(this.layout.outputs(number))
      this.#removal.file(this.layout.journal(number))
      this.#removal.folder(this.layout.segment(number))
    })
  }

  /** Ends following and deleting; what was appended is written. */
  async close(): Promise<void> {
    await this.#removal.close()
    // What its turn to be deleted did not come for is open as well: its watch would keep this process from ending.
    await Promise.all([...this.#segments.values(), ...this.#leaving].map((segment) => segment.close()))
    this.#segments.clear()
    this.#leaving.clear()
  }

  async #create(number: number): Promise<Segment> {
    const segment = await Segment.create(number, this.layout, this.#options.boot, this.#events)
    this.#segments.set(number, segment)
    await segment.catchUp()
    return segment
  }
}
