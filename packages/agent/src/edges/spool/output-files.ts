import { closeSync, constants, openSync, readSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { errorCode } from './error-code.ts'

/** The length of an output file, bytes; 0 while there is none, as none is made before there is output. */
export async function outputLength(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

/**
 * The same of a file of ours that was written a moment ago, at once: it is in the host's memory, from which this takes microseconds, and the way through
 * the threads, there and back for each of open, look, read and close, thirty times that. For few bytes only; fewer than asked for where there are no more.
 */
export function readFresh(path: string, start: number, length: number): Buffer {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
  try {
    const buffer = Buffer.allocUnsafe(length)
    let read = 0
    while (read < length) {
      const got = readSync(file, buffer, read, length - read, start + read)
      if (got === 0) break
      read += got
    }
    return buffer.subarray(0, read)
  } finally {
    closeSync(file)
  }
}

/** The bytes [start, start + most) of an output file, or as many of them as there are. */
export async function readOutput(path: string, start: number, most: number): Promise<Buffer> {
  let file: Awaited<ReturnType<typeof open>>
  try {
    // Non-blocking: a file of the user's may be a fifo, whose open would wait for a writer and hold a thread.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
  try {
    const { size } = await file.stat()
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(most, size - start)))
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, start + length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return buffer.subarray(0, length)
  } finally {
    await file.close()
  }
}
