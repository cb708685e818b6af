import { isScalar, Scalar } from 'yaml'
import { blockCharacters } from './block-scalar.ts'
import { flowCharacters } from './flow-scalar.ts'

/**
 * The offset in a document of a place inside of a text that stands in it, however that is quoted or folded. Null where the node is no
 * text, or where it cannot be told; `line` and `column` count from 1, in the text as it reads.
 */
export function offsetWithin(
  source: string,
  node: unknown,
  { line, column }: { readonly line: number; readonly column: number },
): number | null {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return null
  const [start, end] = node.range
  const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED
  const read = isBlock
    ? blockCharacters(source, start, end, node.type === Scalar.BLOCK_FOLDED)
    : flowCharacters(source, start, end)
  // The walk is only believed where it reads the same text as the parser (less the line breaks at the end of a block).
  const same = isBlock ? node.value.replace(/\n+$/, '') === read.text.replace(/\n+$/, '') : node.value === read.text
  const index = indexOf(node.value, line, column)
  if (!same || index === null) return null
  return index < read.offsets.length ? (read.offsets[index] ?? null) : read.end
}

/** A scalar walked through: its text, and for each unit of it the offset of what it was written as. */
export interface WalkedScalar {
  readonly text: string
  readonly offsets: readonly number[]
  /** Where the text ends. */
  readonly end: number
}

function indexOf(text: string, line: number, column: number): number | null {
  const breaks = /\r\n|\r|\n/g
  for (let count = 1; count < line; count++) if (breaks.exec(text) === null) return null
  return Math.min(breaks.lastIndex + column - 1, text.length)
}
