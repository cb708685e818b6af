import type { Instant } from '@apsis/core/time'

/** Where a command writes, and what it knows of who reads. */
export interface Terminal {
  out(text: string): void
  /** Resolves when the bytes are taken: whoever has much to write waits, so that it does not pile up here. */
  bytes(data: Uint8Array): Promise<void>
  err(text: string): void
  /** Width of the terminal in columns; null where the output goes to a file or a program, which gets everything. */
  readonly columns: number | null
  readonly color: boolean
  /** The time zone of the reader. */
  readonly zone: string
  now(): Instant
}
