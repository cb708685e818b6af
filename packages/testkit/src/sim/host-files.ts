import { fileKey, type JournalLine, type OutputFile, parseJournalLine } from '@apsis/agent/machine'

/** What a host's disk keeps of an agent's state folder: it survives the agent, and a restart of the host. */
export class HostFiles {
  readonly #journals = new Map<number, string[]>()
  readonly #outputs = new Map<string, Uint8Array>()
  readonly #watchers = new Set<{ journal(segment: number): void; output(file: OutputFile): void }>()

  /** Numbers of the segments, ascending. */
  segments(): readonly number[] {
    return [...this.#journals.keys()].sort((a, b) => a - b)
  }

  create(segment: number): void {
    this.#journals.set(segment, [])
  }

  /** Appends text of whole lines. A segment that was deleted takes nothing, as a file without a name. */
  append(segment: number, text: string): void {
    const journal = this.#journals.get(segment)
    if (journal === undefined) return
    journal.push(...text.split('\n').filter((line) => line !== ''))
    for (const watcher of this.#watchers) watcher.journal(segment)
  }

  /** Lines of a journal from the `from`th on; null for one that is no record. */
  read(segment: number, from: number): readonly (JournalLine | null)[] {
    return (this.#journals.get(segment) ?? []).slice(from).map(parseJournalLine)
  }

  length(segment: number): number {
    return this.#journals.get(segment)?.length ?? 0
  }

  removeSegment(segment: number): void {
    this.#journals.delete(segment)
  }

  write(file: OutputFile, bytes: Uint8Array): void {
    const before = this.#outputs.get(fileKey(file)) ?? new Uint8Array(0)
    const after = new Uint8Array(before.length + bytes.length)
    after.set(before)
    after.set(bytes, before.length)
    this.#outputs.set(fileKey(file), after)
    for (const watcher of this.#watchers) watcher.output(file)
  }

  output(file: OutputFile): Uint8Array {
    return this.#outputs.get(fileKey(file)) ?? new Uint8Array(0)
  }

  erase(file: OutputFile): void {
    this.#outputs.delete(fileKey(file))
  }

  /** How many output files there are. */
  get outputs(): number {
    return this.#outputs.size
  }

  /** Tells of every append; gives back what ends that. */
  watch(watcher: { journal(segment: number): void; output(file: OutputFile): void }): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}
