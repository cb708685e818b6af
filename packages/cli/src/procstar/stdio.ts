import { write, writeSync } from 'node:fs'

/**
 * This process's output. Not by `process.stdout` and `process.stderr`: those make a pipe non-blocking, for the processes that inherit it too, and
 * programs do not count on that.
 */
const STDOUT = 1
const STDERR = 2

/** Writes to stdout; rejects when that is closed or full. */
export async function printOut(text: string): Promise<void> {
  let rest: Uint8Array = Buffer.from(text)
  while (rest.length > 0) rest = rest.subarray(await writeSome(rest))
}

/** Writes to stderr. When nobody reads it, there is nobody to tell. */
export function printErr(text: string): void {
  try {
    let rest: Uint8Array = Buffer.from(text)
    while (rest.length > 0) rest = rest.subarray(writeSync(STDERR, rest))
  } catch {}
}

function writeSome(bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(STDOUT, bytes, (error, written) => {
      if (error === null) resolve(written)
      // Somebody else has made it non-blocking.
      else if (error.code === 'EAGAIN') setTimeout(resolve, 5, 0)
      else reject(error)
    })
  })
}
