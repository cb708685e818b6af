import { open } from 'node:fs/promises'
import { jsonText } from './json-text.ts'

/** Where a result document goes. Writing rejects when it cannot be written there. */
export interface Sink {
  write(text: string): Promise<void>
  /** Resolves when all that was written is safe there. */
  close(): Promise<void>
}

/** Makes or empties the file. Rejects when that cannot be done. */
export async function fileSink(path: string): Promise<Sink> {
  const file = await open(path, 'w')
  return {
    write: async (text) => {
      try {
        await file.writeFile(text)
      } catch (error) {
        // Nothing more is written; an open one that is forgotten ends the program.
        await file.close().catch(() => {})
        throw error
      }
    },
    close: async () => {
      try {
        await file.sync()
      } catch (error) {
        // What is no file on a disk has nothing to be synced.
        if (!isUnsyncable(error)) throw error
      } finally {
        await file.close()
      }
    },
  }
}

function isUnsyncable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP')
}

/**
 * Writes the results of all procs as one document, `{PROC_ID: RESULT, …}` (spec/procstar.md 3), one by one: their outputs together may be longer than
 * what memory holds.
 */
export class ResultDocument {
  readonly #sinks: readonly Sink[]
  #members = 0

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks
  }

  async add(id: string, result: object): Promise<void> {
    const text = `${JSON.stringify(id)}:${jsonText(result)}`
    await this.#write(`${this.#members++ === 0 ? '{' : ','}${text}`)
  }

  async end(): Promise<void> {
    await this.#write(this.#members === 0 ? '{}' : '}')
    for (const sink of this.#sinks) await sink.close()
  }

  async #write(text: string): Promise<void> {
    for (const sink of this.#sinks) await sink.write(text)
  }
}
