import type { DroppedRange } from '../machine/index.ts'

export type { DroppedRange }

/** How an output is at one time. */
export interface OutputLook {
  /** Bytes written so far, also those that were not kept. */
  readonly length: number
  /** What is not kept of them; null: nothing. */
  readonly dropped: DroppedRange | null
  /** Whether more may yet be dropped of these bytes: their end, or more than their start, is kept, and something may write. */
  readonly mayLose: boolean
}

/** The captured output of one descriptor, as somebody on this host reads it. */
export interface OutputSource {
  /** As the spec says: text in UTF-8, or bytes. */
  readonly encoding: 'utf-8' | null
  /** Bytes written so far, also those that were not kept. Rejects when the file cannot be looked at. */
  length(): Promise<number>
  /** What is there now. Rejects as `length` does. */
  look(): Promise<OutputLook>
  /** The bytes [start, start + most), or as many of them as there are. */
  read(start: number, most: number): Promise<Uint8Array>
  /** Whether the proc has ended, or is held no more. */
  ended(): boolean
  /** Calls back after the file may have grown or the proc ended; about once a second in any case. The result ends that. */
  onGrowth(listener: () => void): () => void
}

/** An output, or why there is none: the id is not held, the descriptor not listed, or not captured. */
export type OutputFound =
  | { readonly kind: 'output'; readonly source: OutputSource }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unlisted' }
  | { readonly kind: 'uncaptured' }
