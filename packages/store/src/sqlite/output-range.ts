import { StoreError } from '../port/index.ts'
import { PIECE_MOST } from './outputs.ts'
import type { Statements } from './statements.ts'

/** Bytes [start, end) of an output, clipped to what is there; null when there is no such output. */
export function outputRange(
  read: Statements,
  run: number,
  name: string,
  start: number,
  end: number,
): Uint8Array | null {
  const found = read.row('SELECT id, length FROM outputs WHERE run = ? AND name = ?', run, name)
  if (found === null) return null
  const to = Math.min(end, Number(found[1]))
  const bytes = new Uint8Array(Math.max(0, to - start))
  let filled = 0
  const pieces = read.rows(
    'SELECT start, data FROM chunks WHERE output = ? AND start > ? AND start < ? ORDER BY start',
    Number(found[0]),
    start - PIECE_MOST,
    to,
  )
  for (const [at, data] of pieces) {
    if (typeof at !== 'number' || !(data instanceof Uint8Array) || at + data.length <= start) continue
    const wanted = data.subarray(Math.max(0, start - at), Math.max(0, to - at))
    const offset = Math.max(0, at - start)
    if (offset !== filled) break
    bytes.set(wanted, offset)
    filled += wanted.length
  }
  if (filled === bytes.length) return bytes
  const where = `output ${JSON.stringify(name)} of r${run}`
  throw new StoreError('STORE_DAMAGED', `${where} has no bytes from ${start + filled}, though it is longer`)
}
