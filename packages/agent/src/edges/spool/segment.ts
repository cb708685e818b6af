import { mkdir, open, readdir } from 'node:fs/promises'
import { type JournalLine, journalText, parseJournalLine } from '../../machine/index.ts'
import { errorCode } from './error-code.ts'
import { JournalReader } from './journal-reader.ts'
import { JournalWriter } from './journal-writer.ts'
import type { Layout } from './layout.ts'
import { displaced, FolderGoneError, type Placed, placed } from './place-check.ts'
import { watchPath } from './watch.ts'

/** Told of what a segment says. */
export interface SegmentEvents {
  record(segment: number, line: JournalLine): void
  trouble(text: string): void
  /** How long records can wait, ms, since more important things are to be done first; 0: not at all. */
  wait?(): number
}

/** Shortest time between two looks into a journal, ms, unless records can wait. */
const GATHER = 2

// The agent's own records it need not read while it lives; they are most of the bytes.
const OF_MONITORS = /^\{"t":"(?:start|end)"/

/** A folder of a journal and its outputs, open. */
export class Segment {
  readonly number: number
  readonly #layout: Layout
  readonly #events: SegmentEvents
  readonly #writer: JournalWriter
  readonly #reader: JournalReader
  readonly #placed: Placed
  #unwatch: () => void = () => {}
  #live = false
  #boot: string | null = null

  private constructor(
    number: number,
    layout: Layout,
    events: SegmentEvents,
    writer: JournalWriter,
    open: (onLine: (line: string) => void) => JournalReader,
    placed: Placed,
  ) {
    this.#placed = placed
    this.number = number
    this.#layout = layout
    this.#events = events
    this.#writer = writer
    this.#reader = open((line) => this.#line(line))
  }

  /** Makes a new segment, durably. */
  static async create(number: number, layout: Layout, boot: string, events: SegmentEvents): Promise<Segment> {
    await mkdir(layout.outputs(number), { recursive: true, mode: 0o700 })
    const segment = await Segment.open(number, layout, events)
    await segment.append(journalText({ t: 'segment', boot }))
    for (const folder of [layout.segment(number), layout.segments]) await syncFolder(folder)
    return segment
  }

  /** Opens a segment, to be read from its beginning. */
  static async open(number: number, layout: Layout, events: SegmentEvents): Promise<Segment> {
    const writing = await open(layout.journal(number), 'a', 0o600)
    try {
      const reading = await open(layout.journal(number), 'r')
      const place = await placed(layout.journal(number), writing)
      const check = (): void => {
        const problem = displaced(place)
        if (problem !== null) throw new FolderGoneError(problem)
      }
      return new Segment(
        number,
        layout,
        events,
        new JournalWriter(writing, check),
        (onLine) => new JournalReader(reading, onLine),
        place,
      )
    } catch (error) {
      await writing.close()
      throw error
    }
  }

  /** The run of the host's kernel that it belongs to, once that was read. */
  get boot(): string | null {
    return this.#boot
  }

  /** Bytes of the journal that have been read. */
  get length(): number {
    return this.#reader.offset
  }

  /** Resolves when the text is durable. Rejects with FolderGoneError when nobody would find it. */
  append(text: string): Promise<void> {
    return this.#writer.append(text)
  }

  /** What has become of the journal's name, or null. */
  missing(): string | null {
    return displaced(this.#placed)
  }

  /** The journal under a name that it has as long as this is open. */
  get lasting(): string {
    return `/proc/${process.pid}/fd/${this.#writer.fd}`
  }

  /** Makes the folder of outputs again if it was removed; whether it was. */
  async remakeOutputs(): Promise<boolean> {
    try {
      await mkdir(this.#layout.outputs(this.number), { mode: 0o700 })
      return true
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false
      throw error
    }
  }

  /** Resolves when every record so far has been told of. */
  catchUp(): Promise<void> {
    return this.#reader.catchUp()
  }

  /** From now on tells of monitors' records as they come, and of nothing else. */
  follow(): void {
    this.#live = true
    let last = 0
    let later: NodeJS.Timeout | null = null
    const look = (): void => {
      // Records that come one after the other are read together: each read costs as much as handling some.
      if (later !== null) return
      const now = performance.now()
      const gather = Math.max(GATHER, this.#events.wait?.() ?? 0)
      if (now - last < gather) {
        later = setTimeout(() => {
          later = null
          look()
        }, gather)
        return
      }
      last = now
      this.catchUp().catch((error: unknown) =>
        this.#events.trouble(`reading ${this.#layout.journal(this.number)}: ${String(error)}`),
      )
    }
    const unwatch = watchPath(this.#layout.journal(this.number), look, (text) => this.#events.trouble(text))
    this.#unwatch = () => {
      unwatch()
      if (later !== null) clearTimeout(later)
    }
  }

  /** Names of the output files. */
  async outputs(): Promise<readonly string[]> {
    try {
      return await readdir(this.#layout.outputs(this.number))
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  async close(): Promise<void> {
    this.#unwatch()
    await this.#reader.close()
    await this.#writer.close()
  }

  #line(text: string): void {
    if (this.#live && !OF_MONITORS.test(text)) return
    const line = parseJournalLine(text)
    if (line?.t === 'segment') this.#boot = line.boot
    if (line !== null) this.#events.record(this.number, line)
    else
      this.#events.trouble(
        `${this.#layout.journal(this.number)}: skipped a line that is no record: ${JSON.stringify(text.slice(0, 60))}`,
      )
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
