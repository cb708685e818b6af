/** What a thread that watches is to do. Times are ms. */
export interface WatchOrder {
  readonly roots: readonly string[]
  /** Of the files that matter. */
  readonly suffixes: readonly string[]
  /** How long nothing may have changed before a change is told. */
  readonly quiet: number
  /** Between two looks, where nothing is told by the system; longer where a look takes long. */
  readonly poll: number
}

/** What the thread says. */
export type WatchMessage =
  /** Something is another than it was, and has come to rest. Said once at the beginning too. */
  | { readonly type: 'changed' }
  /** Whether the system tells of changes; where it does not, they are found by looking every few seconds. */
  | { readonly type: 'mode'; readonly events: boolean; readonly why: string | null }
  /** A change is put off because of this lock; null: no longer. */
  | { readonly type: 'lock'; readonly path: string | null }

/** Reads what a thread was given. Throws `TypeError` where it is something else: a defect. */
export function watchOrderOf(given: unknown): WatchOrder {
  const member = (name: string): unknown =>
    typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined
  const [roots, suffixes, quiet, poll] = [member('roots'), member('suffixes'), member('quiet'), member('poll')]
  if (!isTexts(roots) || !isTexts(suffixes) || typeof quiet !== 'number' || typeof poll !== 'number') {
    throw new TypeError('not an order to watch')
  }
  return { roots, suffixes, quiet, poll }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
