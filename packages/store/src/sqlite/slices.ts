import { setImmediate } from 'node:timers/promises'
import type { Rows, Slices } from './protocol.ts'

/** Rows of one slice: parsing and decoding that many takes about a millisecond. */
const ROWS = 200

/** Rows as JSON texts. */
export function slicesOf(rows: Rows): Slices {
  const slices: string[] = []
  for (let at = 0; at < rows.length; at += ROWS) slices.push(JSON.stringify(rows.slice(at, at + ROWS)))
  return slices
}

/** The values of all rows. Between slices, other work of the thread goes on. */
export async function decodeSlices<Value>(
  slices: Slices,
  decode: (row: readonly unknown[]) => Value,
): Promise<readonly Value[]> {
  const values: Value[] = []
  for (const [index, slice] of slices.entries()) {
    if (index > 0) await setImmediate()
    // A slice is what `slicesOf` made.
    for (const row of JSON.parse(slice) as Rows) values.push(decode(row))
  }
  return values
}
