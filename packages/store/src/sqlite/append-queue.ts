import { type OutputChunk, StoreError } from '../port/index.ts'
import { checkedNumber } from '../row/index.ts'
import type { ChunkValues, OutputsWriterMethods } from './protocol.ts'
import type { Thread } from './thread.ts'

/** Bytes of output that may wait to be durable. Output is refused while more waits before it. */
export const BYTES_WAITING_MOST: number = 64 * 1024 * 1024

/** Output requests that may wait, however small. */
const REQUESTS_WAITING_MOST = 100_000

/** Hands output to its writer, as much as fits in memory. */
export class AppendQueue {
  readonly #writer: Thread<OutputsWriterMethods>
  #bytes = 0

  constructor(writer: Thread<OutputsWriterMethods>) {
    this.#writer = writer
  }

  /** Bytes that wait to be durable. */
  get bytes(): number {
    return this.#bytes
  }

  async append(chunks: readonly OutputChunk[]): Promise<readonly number[]> {
    if (this.#bytes > BYTES_WAITING_MOST || this.#writer.waiting >= REQUESTS_WAITING_MOST) {
      const message = `${this.#bytes} bytes of output wait to be written: ask again later`
      throw new StoreError('STORE_BUSY', message)
    }
    const values = chunks.map(chunkValues)
    const bytes = values.reduce((sum, chunk) => sum + chunk[3].length, 0)
    this.#bytes += bytes
    try {
      return await this.#writer.ask('append', values)
    } finally {
      this.#bytes -= bytes
    }
  }
}

function chunkValues({ runId, outputId, offset, data }: OutputChunk): ChunkValues {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new StoreError('STORE_REQUEST', `output of ${runId} is given from ${offset}, expected an integer from 0`)
  }
  // A view of a large buffer would take all of that buffer to the other thread.
  const own = data.byteLength === data.buffer.byteLength ? data : data.slice()
  return [checkedNumber(runId), outputId, offset, own]
}
