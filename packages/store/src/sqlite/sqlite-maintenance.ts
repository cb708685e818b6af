import { runId } from '@apsis/core/run'
import {
  type Archived,
  type DueRun,
  type DueSelection,
  type FreePages,
  type Maintenance,
  StoreError,
} from '../port/index.ts'
import { checkedDue, checkedNumber, checkLimit } from '../row/index.ts'
import type { KeeperMethods, OutputsWriterMethods, RunsWriterMethods, RunVersion } from './protocol.ts'
import { Thread } from './thread.ts'

/** Texts that nothing is bound to, removed at a time. */
const BOUNDS = 500

/** Keeps a data folder: finds and copies in a thread of its own, started when it is first needed, and removes in those that write. */
export class SqliteMaintenance implements Maintenance {
  readonly #folder: string
  readonly #runs: Thread<RunsWriterMethods>
  readonly #outputs: Thread<OutputsWriterMethods>
  #keeper: Thread<KeeperMethods> | null = null
  #tidied: Promise<void> | null = null
  #closed = false

  constructor(folder: string, runs: Thread<RunsWriterMethods>, outputs: Thread<OutputsWriterMethods>) {
    this.#folder = folder
    this.#runs = runs
    this.#outputs = outputs
  }

  async jobIds(): Promise<readonly string[]> {
    return await this.#thread().ask('jobIds')
  }

  async due(selections: readonly DueSelection[], limit: number): Promise<readonly DueRun[]> {
    checkLimit(limit)
    const rows = await this.#thread().ask('due', selections.map(checkedDue), limit)
    return rows.map(([run, version, changed]) => ({
      runId: runId(Number(run)),
      version: Number(version),
      changed: Number(changed),
    }))
  }

  async countFinished(before: number, limit: number): Promise<number> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return await this.#thread().ask('countFinished', before, limit)
  }

  async remove(runs: readonly DueRun[]): Promise<number> {
    this.#check()
    // A crash between the two steps below leaves outputs of runs that are gone: the next process to remove finds them.
    await (this.#tidied ??= this.#removeOrphans())
    let removed = 0
    for (let left = runs.map(versionOf); left.length > 0; ) {
      const slice = await this.#runs.ask('remove', left)
      await this.#removeOutputs(slice.removed)
      removed += slice.removed.length
      left = left.slice(slice.looked)
    }
    return removed
  }

  async archive(path: string, runs: readonly DueRun[]): Promise<Archived> {
    return await this.#thread().ask('archive', path, runs.map(versionOf))
  }

  async vacuum(): Promise<FreePages> {
    this.#check()
    const [runs, outputs] = [await this.#runs.ask('vacuum'), await this.#outputs.ask('vacuum')]
    return { freed: runs.freed + outputs.freed, left: runs.left + outputs.left }
  }

  async sweep(): Promise<number> {
    const keeper = this.#thread()
    // First, so that whatever is bound while runs are looked at has a higher number, and is left alone.
    const most = await this.#runs.ask('freshBounds')
    for (let after: number | null = 0; after !== null; ) after = await keeper.ask('markBounds', after, most)
    let removed = 0
    for (let after = 0; ; ) {
      const unused = await keeper.ask('unmarkedBounds', after, BOUNDS)
      await this.#runs.ask('removeBounds', unused)
      removed += unused.length
      if (unused.length < BOUNDS) return removed
      after = unused.at(-1) ?? after
    }
  }

  /** Ends the thread, once it has answered. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#keeper?.close()
  }

  async #removeOrphans(): Promise<void> {
    for (let after: number | null = 0; after !== null; ) {
      const page: { readonly runs: readonly number[]; readonly next: number | null } = await this.#thread().ask(
        'orphans',
        after,
      )
      await this.#removeOutputs(page.runs)
      after = page.next
    }
  }

  async #removeOutputs(runs: readonly number[]): Promise<void> {
    for (let left = runs; left.length > 0; ) left = left.slice(await this.#outputs.ask('remove', left))
  }

  #thread(): Thread<KeeperMethods> {
    this.#check()
    if (this.#keeper !== null) return this.#keeper
    const keeper = new Thread<KeeperMethods>('keeper')
    this.#keeper = keeper
    // Where it fails, whatever is asked of the thread fails too, and says so.
    keeper.ask('open', this.#folder).catch(() => undefined)
    return keeper
  }

  #check(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed')
  }
}

function versionOf({ runId: id, version }: DueRun): RunVersion {
  return [checkedNumber(id), version]
}
