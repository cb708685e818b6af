import { type OutputChunk, type OutputInfo, StoreError } from '../port/index.ts'

/** Outputs of runs: all bytes of each, in a buffer that doubles. */
export class MemoryOutputs {
  readonly #runs = new Map<string, Map<string, Output>>()

  /** Appends all, or throws `StoreError` `STORE_OUTPUT_GAP` and appends nothing. */
  append(chunks: readonly OutputChunk[]): readonly number[] {
    const lengths = new Map<string, number>()
    for (const { runId, outputId, offset, data } of chunks) {
      const key = JSON.stringify([runId, outputId])
      const length = lengths.get(key) ?? this.#runs.get(runId)?.get(outputId)?.length ?? 0
      if (offset > length) {
        const where = `output ${JSON.stringify(outputId)} of ${runId}`
        throw new StoreError('STORE_OUTPUT_GAP', `${where} has ${length} bytes, and more is given from ${offset}`)
      }
      lengths.set(key, Math.max(length, offset + data.length))
    }
    return chunks.map((chunk) => this.#output(chunk).append(chunk))
  }

  list(runId: string): readonly OutputInfo[] {
    const outputs = [...(this.#runs.get(runId) ?? [])].map(([outputId, { length }]) => ({ outputId, length }))
    return outputs.sort((left, right) => (left.outputId < right.outputId ? -1 : 1))
  }

  /** A copy of the bytes [start, end) that are there; null when there is no such output. */
  range(runId: string, outputId: string, start: number, end: number): Uint8Array | null {
    return this.#runs.get(runId)?.get(outputId)?.range(start, end) ?? null
  }

  remove(runId: string): void {
    this.#runs.delete(runId)
  }

  #output({ runId, outputId }: OutputChunk): Output {
    const outputs = this.#runs.get(runId) ?? new Map<string, Output>()
    this.#runs.set(runId, outputs)
    const output = outputs.get(outputId) ?? new Output()
    outputs.set(outputId, output)
    return output
  }
}

class Output {
  #bytes = new Uint8Array(256)
  length = 0

  append({ offset, data }: OutputChunk): number {
    const fresh = data.subarray(this.length - offset)
    const length = this.length + fresh.length
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, this.length))
      this.#bytes = grown
    }
    this.#bytes.set(fresh, this.length)
    this.length = length
    return length
  }

  range(start: number, end: number): Uint8Array {
    return this.#bytes.slice(Math.min(start, this.length), Math.min(end, this.length))
  }
}
