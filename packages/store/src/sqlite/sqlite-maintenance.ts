import { resolve } from 'node:path'
import { runId } from '@apsis/core/run'
import {
  type Archived,
  type DueRun,
  type DueSelection,
  type FreePages,
  type InstantSelection,
  type Maintenance,
  type RunRemoval,
  StoreError,
} from '../port/index.ts'
import { checkedDue, checkedInstants, checkedNumber, checkLimit } from '../row/index.ts'
import type {
  InstantKey,
  KeeperMethods,
  OutputsWriterMethods,
  RemovedRows,
  RunsWriterMethods,
  RunVersion,
} from './protocol.ts'
import { Thread } from './thread.ts'

type DueSlice = ReturnType<KeeperMethods['due']>

/** Texts that nothing is bound to, removed at a time. */
const BOUNDS = 500

/** Runs of which it is noted in one transaction that they are to be copied. */
const NOTED = 500

/** Keeps a data folder: finds and copies in a thread of its own, started when it is first needed, and removes in those that write. */
export class SqliteMaintenance implements Maintenance {
  readonly #folder: string
  readonly #runs: Thread<RunsWriterMethods>
  readonly #outputs: Thread<OutputsWriterMethods>
  #keeper: Thread<KeeperMethods> | null = null
  #tidied: Promise<void> | null = null
  #sweeping: Promise<number> | null = null
  #sweeps = 0
  #archiving: Promise<unknown> = Promise.resolve()
  /** Whether those who asked for the sweep that goes on want it still. */
  readonly #wanted = new Set<() => boolean>()
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
    const found: DueRun[] = []
    for (const selection of selections.map(checkedDue)) {
      for (let after: number | null = selection.after; after !== null && found.length < limit; ) {
        const some: DueSlice = await this.#thread().ask('due', { ...selection, after }, limit - found.length)
        found.push(...some.rows.map(dueOf))
        after = some.next
      }
    }
    return found
  }

  async countFinished(before: number, limit: number): Promise<number> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return await this.#thread().ask('countFinished', before, limit)
  }

  async remove(runs: readonly DueRun[], at: number, told?: (removal: RunRemoval) => void): Promise<number> {
    this.#check()
    // A crash between the two steps below leaves outputs of runs that are gone: the next process to remove finds them.
    await this.#tidy()
    let removed = 0
    for (let left = runs.map(versionOf); left.length > 0; ) {
      const slice: RemovedRows = await this.#runs.ask('remove', left, at)
      if (slice.removed.length > 0) told?.({ seq: slice.seq, time: at, runIds: slice.removed.map(runId) })
      await this.#removeOutputs(slice.removed).catch((error: unknown) => {
        // They are orphans now, as after a crash.
        this.#tidied = null
        throw error
      })
      removed += slice.removed.length
      left = left.slice(slice.looked)
    }
    return removed
  }

  async removeInstants(selection: InstantSelection, limit: number): Promise<number> {
    checkLimit(limit)
    let left: readonly InstantKey[] = await this.#thread().ask('dueInstants', checkedInstants(selection), limit)
    let removed = 0
    while (left.length > 0) {
      const slice: { readonly looked: number; readonly removed: number } = await this.#runs.ask('removeInstants', left)
      removed += slice.removed
      left = left.slice(slice.looked)
    }
    return removed
  }

  archive(path: string, runs: readonly DueRun[]): Promise<Archived> {
    // One after the other: what one copies, the next leaves out.
    const archived = this.#archiving.then(() => this.#archive(resolve(this.#folder, path), runs.map(versionOf)))
    this.#archiving = archived.catch(() => undefined)
    return archived
  }

  async #archive(path: string, runs: readonly RunVersion[]): Promise<Archived> {
    const keeper = this.#thread()
    const { there, unknown } = await keeper.ask('elsewhere', path, runs)
    const others = new Set([...there, ...unknown])
    const left = runs.filter(([run]) => !others.has(run))
    // Durable before they are copied: after a crash, it says where they may be.
    for (let next = 0; next < left.length; next += NOTED) {
      await this.#runs.ask('copying', path, left.slice(next, next + NOTED))
    }
    const { refused, ...written } = await keeper.ask('archive', path, left)
    return { ...written, refused: [...unknown, ...refused].map(runId) }
  }

  async vacuum(): Promise<FreePages> {
    this.#check()
    const [runs, outputs] = [await this.#runs.ask('vacuum'), await this.#outputs.ask('vacuum')]
    return { freed: runs.freed + outputs.freed, left: runs.left + outputs.left }
  }

  async sweep(wanted: () => boolean = () => true): Promise<number> {
    this.#check()
    const asked = (): boolean => wanted()
    this.#wanted.add(asked)
    try {
      return await (this.#sweeping ??= this.#sweep().finally(() => {
        this.#sweeping = null
      }))
    } finally {
      this.#wanted.delete(asked)
    }
  }

  async #sweep(): Promise<number> {
    const keeper = this.#thread()
    const sweep = ++this.#sweeps
    const goesOn = (): boolean => [...this.#wanted].some((wanted) => wanted())
    // First, so that whatever is bound while runs are looked at has a higher number, and is left alone.
    const most = await this.#runs.ask('freshBounds')
    for (let after: number | null = 0; after !== null; ) {
      if (!goesOn()) return 0
      after = await keeper.ask('markBounds', sweep, after, most)
    }
    let removed = 0
    for (let after = 0; goesOn(); ) {
      const unused = await keeper.ask('unmarkedBounds', sweep, after, BOUNDS)
      await this.#runs.ask('removeBounds', unused)
      removed += unused.length
      if (unused.length < BOUNDS) break
      after = unused.at(-1) ?? after
    }
    return removed
  }

  /** Ends the thread, once it has answered. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#keeper?.close()
  }

  /** Once, and again where it failed. */
  async #tidy(): Promise<void> {
    const tidied = (this.#tidied ??= this.#removeOrphans())
    try {
      await tidied
    } catch (error) {
      if (this.#tidied === tidied) this.#tidied = null
      throw error
    }
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
    // One that died is no loss: it only reads, and writes archives in transactions.
    if (this.#keeper !== null && !this.#keeper.isDead) return this.#keeper
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

function dueOf([run, version, changed]: DueSlice['rows'][number]): DueRun {
  return { runId: runId(Number(run)), version: Number(version), changed: Number(changed) }
}

function versionOf({ runId: id, version }: DueRun): RunVersion {
  return [checkedNumber(id), version]
}
