// Reads text files in a thread of its own, so that neither many files nor a slow disk delays whoever shares the caller's thread.
import { hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { FILES_AT_ONCE, type FoundFile, type ReadOrder } from './read-files.ts'

const { folder, maxBytes } = orderOf(workerData)
const suffixes = Object.keys(maxBytes)
const port = parentPort
if (port === null) throw new Error('this file is a thread, and not to be run by itself')

let batch: FoundFile[] = []
for (const [path, most] of namesBelow()) {
  batch.push(read(path, most))
  if (batch.length < FILES_AT_ONCE) continue
  port.postMessage(batch)
  batch = []
}
port.postMessage(batch)

function orderOf(given: unknown): ReadOrder {
  const maxBytes = Object.entries(memberOf(given, 'maxBytes') ?? {})
  return {
    folder: String(memberOf(given, 'folder')),
    maxBytes: Object.fromEntries(maxBytes.map(([suffix, most]) => [suffix, Number(most)])),
  }
}

function memberOf(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined
}

// Links to folders are not followed: one that leads upwards would make every file many times.
function* namesBelow(): Generator<readonly [path: string, most: number]> {
  const folders = ['']
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = `${below}${entry.name}`
      if (entry.isDirectory()) folders.push(`${path}/`)
      else {
        const suffix = suffixes.find((one) => path.endsWith(one))
        if (suffix !== undefined) yield [path, maxBytes[suffix] ?? 0]
      }
    }
  }
}

function read(path: string, most: number): FoundFile {
  try {
    // A FIFO that nobody writes to would be waited for.
    const file = openSync(join(folder, path), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = fstatSync(file)
      if (!found.isFile()) return { path, ok: false, large: false, why: 'this is not a regular file' }
      if (found.size > most) {
        return { path, ok: false, large: true, why: `${found.size} bytes; at most ${most} are allowed` }
      }
      const text = readFileSync(file, 'utf8')
      return { path, ok: true, text, digest: hash('sha256', text) }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { path, ok: false, large: false, why: `this file cannot be read: ${why}` }
  }
}
