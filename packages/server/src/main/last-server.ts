import type { Store } from '@apsis/store/port'
import { type KeptAge, keptAge } from '../edges/upkeep/index.ts'
import { ALIVE } from '../engine/index.ts'

/** What the server before this one left, for those that the engine does not tell of it. */
export interface LastServer {
  /** What ages counted by; null where none was there. */
  readonly age: KeptAge | null
  /** The number of the last fact. */
  readonly seq: number
}

/** Throws `StoreError` where that cannot be read now: without what ages counted by, retention would go by a clock that may be wrong. */
export async function lastServer(store: Store): Promise<LastServer> {
  const [settings, seq] = await Promise.all([store.read.records('setting'), store.read.lastSeq()])
  const alive = settings.find(({ id }) => id === ALIVE)
  return { age: alive === undefined ? null : keptAge(alive.json), seq }
}
