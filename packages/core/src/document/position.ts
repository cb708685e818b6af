import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml'
import type { KeyPath } from './diagnostic.ts'
import { offsetWithin } from './scalar-offset.ts'

/** A place in a text, from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where the parts of a document are, and what is wrong with its syntax. Made only when there is something to say about it. */
export interface PlaceMap {
  /**
   * The place of a key or a value; of the nearest thing above it where there is no such. `within`: a place inside of a value that is a
   * text, as it reads.
   */
  locate(path: KeyPath, at: 'key' | 'value', within?: Position): Position
  position(offset: number): Position
  /** Syntax errors, in order. */
  readonly faults: readonly { readonly offset: number; readonly message: string }[]
  /** Offset of the first mapping that stands where a key must: nearly always `{{ ... }}` without quotes. */
  readonly bracesAt: number | null
}

/** Maps a text. Costs far more than reading it, and never throws. */
export function placeMap(text: string): PlaceMap {
  const lines = new LineCounter()
  const document = parse(text, lines)
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  return {
    position,
    locate(path, at, within) {
      const found = document === null ? null : find(document, path, at)
      const inner = within === undefined || found?.value === undefined ? null : offsetWithin(text, found.value, within)
      return position(inner ?? found?.offset ?? 0)
    },
    faults: document?.errors.map((error) => ({ offset: error.pos[0], message: firstLine(error.message) })) ?? [],
    bracesAt: document === null ? null : mappingAsKey(document.contents),
  }
}

function parse(text: string, lines: LineCounter): Document | null {
  try {
    // Its own checks of size come on top of ours: a text that is refused has no places, and line 1 serves.
    return parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: true,
      strict: true,
      logLevel: 'silent',
    })
  } catch {
    return null
  }
}

interface Found {
  readonly offset: number
  /** The node of the value, where it was the value that was asked for, and there is one. */
  readonly value?: unknown
}

function find(document: Document, path: KeyPath, at: 'key' | 'value'): Found {
  let node: unknown = document.contents
  let offset = start(node) ?? 0
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1
    const target: unknown = isAlias(node) ? node.resolve(document) : node
    // Where one or a list is allowed, one mapping stands for a list of one.
    if (isMap(target) && part === 0) continue
    if (isMap(target)) {
      const pair: Pair | undefined = target.items.find((item) => keyText(item) === String(part))
      if (pair === undefined) return { offset }
      const keyOffset = start(pair.key) ?? offset
      node = pair.value
      offset = last && at === 'key' ? keyOffset : (start(node) ?? keyOffset)
    } else if (isSeq(target) && typeof part === 'number') {
      node = target.items[part]
      if (node === undefined) return { offset }
      offset = start(node) ?? offset
    } else {
      return { offset }
    }
  }
  return at === 'key' ? { offset } : { offset, value: isAlias(node) ? node.resolve(document) : node }
}

function keyText(pair: Pair): string | null {
  return isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : null
}

function start(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return null
  const offset: unknown = node.range[0]
  return typeof offset === 'number' ? offset : null
}

function mappingAsKey(node: unknown): number | null {
  if (isPair(node)) {
    if (isMap(node.key)) return start(node.key)
    return mappingAsKey(node.value)
  }
  if (!isMap(node) && !isSeq(node)) return null
  for (const item of node.items) {
    const found = mappingAsKey(item)
    if (found !== null) return found
  }
  return null
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}
