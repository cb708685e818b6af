import type { Job } from '@apsis/core/job'
import type { Run, RunId } from '@apsis/core/run'
import type { JobRow, Reader } from '@apsis/store/port'
import type { CommandReply } from './commands.ts'
import type { Definitions } from './definitions.ts'
import { rejected } from './requests.ts'

/** Runs that the engine does not hold, read when somebody asks something of them, together with the definitions that they pinned. */
export class StoredRuns {
  readonly #read: Pick<Reader, 'run' | 'definition'>
  readonly #definitions: Definitions
  readonly #parse: (row: JobRow) => Job | null
  readonly #post: (task: () => void) => void

  constructor(options: {
    read: Pick<Reader, 'run' | 'definition'>
    definitions: Definitions
    parse: (row: JobRow) => Job | null
    post: (task: () => void) => void
  }) {
    this.#read = options.read
    this.#definitions = options.definitions
    this.#parse = options.parse
    this.#post = options.post
  }

  /** Gives the run in a turn of its own, or replies why there is none. */
  load<T>(id: RunId, reply: (answer: CommandReply<T>) => void, then: (run: Run) => void): void {
    this.#read
      .run(id)
      .then(async (run) => {
        if (run === null) {
          reply(rejected('RUN_UNKNOWN', `unknown run ${id}`))
          return
        }
        await this.pin([run])
        this.#post(() => then(run))
      })
      .catch((error: unknown) => reply(rejected('BUSY', `the store cannot be read: ${String(error)}`)))
  }

  /** Reads the definitions that runs were bound from: their actions are carried out by them. */
  async pin(runs: readonly Run[]): Promise<void> {
    const hashes = new Set(runs.flatMap((run) => ('bound' in run && run.bound !== null ? [run.bound.definition] : [])))
    for (const hash of hashes) {
      if (this.#definitions.pinned(hash) !== undefined) continue
      const row = await this.#read.definition(hash)
      const job = row === null ? null : this.#parse(row)
      if (job !== null) this.#definitions.pin(job)
    }
  }
}
