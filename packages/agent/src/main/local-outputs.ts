import { basename, dirname } from 'node:path'
import { lookKept } from '../edges/host/index.ts'
import { outputLength, OutputWatch, readOutput, watchPath } from '../edges/spool/index.ts'
import { fileKey, fileOf, type OutputFile, type Proc } from '../machine/index.ts'
import type { OutputFound } from './output-source.ts'

/** What outputs are found by. */
export interface OutputPlaces {
  readonly proc: (id: string) => Proc | undefined
  readonly pathOf: (file: OutputFile) => string
  readonly folderOf: (segment: number) => string
  readonly warn: (text: string) => void
}

/** The outputs as whoever is on this host reads them. Followed files are watched apart from those that the server follows. */
export class LocalOutputs {
  readonly #places: OutputPlaces
  readonly #watch: OutputWatch
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #unwatch = new Map<string, () => void>()

  constructor(places: OutputPlaces) {
    this.#places = places
    this.#watch = new OutputWatch(
      places.folderOf,
      (file) => this.#tell(this.#listeners.get(fileKey(file)) ?? []),
      places.warn,
    )
  }

  /** The output of a descriptor of a proc. */
  find(id: string, fd: number): OutputFound {
    const { proc: procOf, pathOf } = this.#places
    const proc = procOf(id)
    if (proc === undefined) return { kind: 'unknown' }
    const action = proc.fds.find((entry) => entry.fd === fd)?.action
    if (action === undefined) return { kind: 'unlisted' }
    if (action.kind !== 'capture') return { kind: 'uncaptured' }
    const file = fileOf(proc, fd)
    const path = pathOf(file)
    // The id may be another proc's by now.
    const current = (): Proc | null => {
      const now = procOf(id)
      return now?.place === proc.place ? now : null
    }
    const recorded = (): number | undefined => {
      const now = current()
      return now?.state === 'ended' ? now.end.lengths?.get(fd) : undefined
    }
    const source = {
      encoding: action.encoding,
      length: async () => recorded() ?? outputLength(path),
      look: async () => {
        const known = recorded()
        const mayLose = known === undefined && action.limit !== null && action.keep !== 'start'
        return { ...(await lookKept(path, action, known ?? null)), mayLose }
      },
      read: (start: number, most: number) => readOutput(path, start, most),
      ended: () => (current()?.state ?? 'ended') === 'ended',
      onGrowth: (listener: () => void) => this.#follow(file, listener),
    }
    return { kind: 'output', source }
  }

  /** Has everybody who follows look: a proc may have ended, or the host may not have told of growth. */
  look(): void {
    for (const listeners of this.#listeners.values()) this.#tell(listeners)
  }

  close(): void {
    for (const unwatch of this.#unwatch.values()) unwatch()
    this.#unwatch.clear()
    this.#watch.close()
    this.look()
    this.#listeners.clear()
  }

  #follow(file: OutputFile, listener: () => void): () => void {
    const key = fileKey(file)
    const listeners = this.#listeners.get(key) ?? new Set()
    if (listeners.size === 0) this.#unwatch.set(key, this.#begin(file))
    this.#listeners.set(key, listeners.add(listener))
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return
      this.#listeners.delete(key)
      this.#unwatch.get(key)?.()
      this.#unwatch.delete(key)
    }
  }

  #begin(file: OutputFile): () => void {
    const { path } = file
    if (path === undefined) {
      this.#watch.follow(file)
      return () => this.#watch.unfollow(file)
    }
    // The user's, of which there may be none yet: in a folder that is not ours.
    const onChange = (name: string | null): void => {
      if (name === basename(path)) this.#tell(this.#listeners.get(fileKey(file)) ?? [])
    }
    return watchPath(dirname(path), onChange, this.#places.warn)
  }

  #tell(listeners: Iterable<() => void>): void {
    for (const listener of listeners) listener()
  }
}
