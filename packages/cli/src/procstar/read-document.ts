import { open } from 'node:fs/promises'
import type { Parsed } from './args.ts'

/** Bytes of an input document; a longer one is refused. */
export const LONGEST_INPUT: number = 64 * 1024 * 1024

/** Reads all of a file, `-` for stdin. The error names it. */
export async function readDocument(path: string): Promise<Parsed<Uint8Array>> {
  const name = path === '-' ? 'stdin' : path
  try {
    const bytes = path === '-' ? await readAll(process.stdin) : await readFile(path)
    if (bytes !== null) return { ok: true, value: bytes }
    return { ok: false, error: `INPUT ${name}: longer than ${LONGEST_INPUT} bytes` }
  } catch (error) {
    return { ok: false, error: `cannot read INPUT ${name}: ${error instanceof Error ? error.message : String(error)}` }
  }
}

async function readFile(path: string): Promise<Uint8Array | null> {
  const file = await open(path, 'r')
  try {
    return await readAll(file.createReadStream({ autoClose: false }))
  } finally {
    await file.close()
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new Error('not read as bytes')
    length += chunk.length
    if (length > LONGEST_INPUT) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
