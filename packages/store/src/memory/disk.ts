import { StoreError } from '../port/index.ts'
import { MemoryOutputs } from './outputs.ts'
import { MemoryTables } from './tables.ts'

/**
 * What an in-memory store keeps: it outlives the store, as a disk outlives a process. At most one open store has it; `crash`
 * ends that one as a kill would.
 */
export class MemoryDisk {
  readonly tables: MemoryTables = new MemoryTables()
  readonly outputs: MemoryOutputs = new MemoryOutputs()
  #holder: Holder | null = null

  /** Ends the open store, if there is one: what is not durable is lost, and what was asked of it rejects with `STORE_CLOSED`. */
  crash(): void {
    this.#holder?.die()
    this.#holder = null
  }

  /** Takes the disk. Throws `StoreError` `STORE_LOCKED` while another store has it. */
  take(holder: Holder): void {
    if (this.#holder !== null) throw new StoreError('STORE_LOCKED', 'another store has this disk open')
    this.#holder = holder
  }

  release(holder: Holder): void {
    if (this.#holder === holder) this.#holder = null
  }
}

/** A store that has a disk. */
export interface Holder {
  die(): void
}
