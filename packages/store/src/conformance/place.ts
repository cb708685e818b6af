import type { TestContext } from 'node:test'
import type { Store, StoreErrorCode } from '../port/index.ts'
import { StoreError } from '../port/index.ts'

/** Where a store keeps things: opened any number of times, one at a time. */
export interface Place {
  open(): Promise<Store>
  /** Removes it. Called when every store on it is closed. */
  dispose(): Promise<void>
}

/** Makes a new, empty place. */
export type Factory = () => Promise<Place>

/** A new place, disposed of after the test. */
export async function newPlace(t: TestContext, factory: Factory): Promise<Place> {
  const place = await factory()
  const opened: Store[] = []
  t.after(async () => {
    for (const store of opened) await store.close()
    await place.dispose()
  })
  return {
    dispose: () => place.dispose(),
    open: async () => {
      const store = await place.open()
      opened.push(store)
      return store
    },
  }
}

/** A store on a new place, closed and disposed of after the test. */
export async function newStore(t: TestContext, factory: Factory): Promise<Store> {
  return await (await newPlace(t, factory)).open()
}

/** For `assert.rejects`: a `StoreError` of this code. */
export function refusal(code: StoreErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code
}
