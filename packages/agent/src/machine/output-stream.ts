import { type Keep, keptStart } from './dropped.ts'
import type { OutputFile } from './place.ts'

/** Most bytes in one ProcOutput. */
export const CHUNK: number = 256 * 1024
/** Most bytes that may be on their way unacknowledged, whatever window the server names: the rest waits in the file. */
export const LARGEST_WINDOW: number = 16 * 1024 * 1024

/** The bytes of one descriptor on their way to the server (extension `output`). */
export interface OutputStream {
  readonly id: string
  readonly fd: number
  /** The descriptor as the server named it. */
  readonly name: string
  readonly file: OutputFile
  /** What is kept of it; its server is told what is not. */
  readonly keep: Keep
  /** The proc has ended: nothing more is dropped. */
  readonly ended: boolean
  /** Tells a read that was asked for before the stream was requested anew. */
  readonly generation: number
  readonly window: number
  /** Everything below was sent. */
  readonly sent: number
  /** Everything below is durable at the server. */
  readonly acknowledged: number
  /** A read is on its way. */
  readonly reading: boolean
  /** The file has grown since the last read. */
  readonly grown: boolean
}

/**
 * How many bytes to read next: 0 while a read is on its way, the window is full, or the file has nothing new; nor of what may yet be dropped, so that
 * there is one hole at most, and the server stores no more than the limit.
 */
export function wanted(stream: OutputStream): number {
  if (stream.reading || !stream.grown || (!stream.ended && stream.sent >= keptStart(stream.keep))) return 0
  return Math.min(CHUNK, stream.acknowledged + stream.window - stream.sent)
}

/** After a read of `length` bytes at `start`, `more` when the file did not end there. */
export function afterRead(stream: OutputStream, length: number, more: boolean): OutputStream {
  return { ...stream, reading: false, sent: stream.sent + length, grown: stream.grown || more }
}

/** After the server said that all below `offset` is durable; what was never sent cannot be. */
export function acknowledged(stream: OutputStream, offset: number): OutputStream {
  return { ...stream, acknowledged: Math.max(stream.acknowledged, Math.min(offset, stream.sent)) }
}
