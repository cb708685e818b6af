import { fileKey, type OutputFile } from './place.ts'
import type { OutputStream } from './output-stream.ts'

/** The output streams of the present connection, by proc and descriptor; at most one each. */
export class Streams {
  readonly #streams = new Map<string, OutputStream>()
  readonly #files = new Map<string, string>()
  #generations = 0

  get size(): number {
    return this.#streams.size
  }

  get(id: string, fd: number): OutputStream | undefined {
    return this.#streams.get(streamKey(id, fd))
  }

  ofFile(file: OutputFile): OutputStream | undefined {
    const key = this.#files.get(fileKey(file))
    return key === undefined ? undefined : this.#streams.get(key)
  }

  put(stream: OutputStream): void {
    const key = streamKey(stream.id, stream.fd)
    this.#streams.set(key, stream)
    this.#files.set(fileKey(stream.file), key)
  }

  remove(stream: OutputStream): void {
    this.#streams.delete(streamKey(stream.id, stream.fd))
    this.#files.delete(fileKey(stream.file))
  }

  /** A number that no stream had before. */
  generation(): number {
    return ++this.#generations
  }

  /** Up to `most` streams that wait for their file to grow; others the next time. */
  waiting(most: number): readonly OutputStream[] {
    const found: OutputStream[] = []
    for (const [key, stream] of this.#streams) {
      if (found.length === most) break
      if (stream.reading || stream.grown) continue
      found.push(stream)
      // To the end of the order, so that every one gets its turn.
      this.#streams.delete(key)
    }
    for (const stream of found) this.put(stream)
    return found
  }

  values(): IterableIterator<OutputStream> {
    return this.#streams.values()
  }
}

function streamKey(id: string, fd: number): string {
  return `${fd} ${id}`
}
