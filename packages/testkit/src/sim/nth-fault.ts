/** What can fail once. A `send` that fails takes its connection with it, as on TCP; `death` is the server's, before a commit is applied or after, unheard. */
export const NTH_KINDS = ['commit', 'death before commit', 'death after commit', 'send', 'spawn', 'write'] as const

export type NthKind = (typeof NTH_KINDS)[number]

/** Counts what could fail, and has the nth of one kind fail, once. */
export class NthFault {
  readonly counts: Map<NthKind, number> = new Map()
  readonly #kind: NthKind | null
  readonly #nth: number

  /** Without a kind nothing fails. */
  constructor(kind: NthKind | null = null, nth = 0) {
    this.#kind = kind
    this.#nth = nth
  }

  /** Whether this one fails. */
  fails(kind: NthKind): boolean {
    const count = (this.counts.get(kind) ?? 0) + 1
    this.counts.set(kind, count)
    return kind === this.#kind && count === this.#nth
  }
}
