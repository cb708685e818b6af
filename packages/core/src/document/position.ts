import { type Document, isAlias, isMap, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import type { KeyPath } from './diagnostic.ts'
import { keyText, startOf, surveyOf } from './node-survey.ts'
import { offsetWithin } from './scalar-offset.ts'
import { STACK_MESSAGE } from './stack.ts'

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

/** Maps a text, in time linear in it. Costs far more than reading it, and never throws. */
export function placeMap(text: string): PlaceMap {
  const lines = new LineCounter()
  const document = parse(text, lines)
  const { aliases, duplicates, bracesAt } = surveyOf(document?.contents)
  const target = (node: unknown): unknown => (isAlias(node) ? aliases.get(node) : node)
  const pairs = new Map<YAMLMap, ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }>>()
  const pairAt = (map: YAMLMap, key: string): { readonly key: unknown; readonly value: unknown } | undefined => {
    const known = pairs.get(map) ?? pairsByKey(map)
    pairs.set(map, known)
    return known.get(key)
  }
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  return {
    position,
    locate(path, at, within) {
      const found = document === null ? null : find(document.contents, { target, pairAt }, path, at)
      const inner = within === undefined || found?.value === undefined ? null : offsetWithin(text, found.value, within)
      return position(inner ?? found?.offset ?? 0)
    },
    faults: [
      ...(document?.errors ?? []).map((error) => ({ offset: error.pos[0], message: firstLine(error.message) })),
      ...duplicates.map(({ key, offset, first }) => ({
        offset,
        message: `key '${shortKey(key)}' is there twice, first in line ${position(first).line}`,
      })),
    ].sort((a, b) => a.offset - b.offset),
    bracesAt,
  }
}

function parse(text: string, lines: LineCounter): Document | null {
  try {
    // Its own checks of size come on top of ours: a text that is refused has no places, and line 1 serves.
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: true,
      strict: true,
      // Its check compares each key of a mapping with each: ours is linear.
      uniqueKeys: false,
      logLevel: 'silent',
    })
    // It goes on with nonsense where its stack is full.
    return document.errors.some(({ message }) => message === STACK_MESSAGE) ? null : document
  } catch {
    return null
  }
}

interface Found {
  readonly offset: number
  /** The node of the value, where it was the value that was asked for, and there is one. */
  readonly value?: unknown
}

interface Nodes {
  /** What an alias stands for; any other node itself. */
  target(node: unknown): unknown
  pairAt(map: YAMLMap, key: string): { readonly key: unknown; readonly value: unknown } | undefined
}

function find(top: unknown, nodes: Nodes, path: KeyPath, at: 'key' | 'value'): Found {
  let node: unknown = top
  let offset = startOf(node) ?? 0
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1
    const target = nodes.target(node)
    // Where one or a list is allowed, one mapping stands for a list of one.
    if (isMap(target) && part === 0) continue
    if (isMap(target)) {
      const pair = nodes.pairAt(target, String(part))
      if (pair === undefined) return { offset }
      const keyOffset = startOf(pair.key) ?? offset
      node = pair.value
      offset = last && at === 'key' ? keyOffset : (startOf(node) ?? keyOffset)
    } else if (isSeq(target) && typeof part === 'number') {
      node = target.items[part]
      if (node === undefined) return { offset }
      offset = startOf(node) ?? offset
    } else {
      return { offset }
    }
  }
  return at === 'key' ? { offset } : { offset, value: nodes.target(node) }
}

// Of two that are alike, the first.
function pairsByKey(map: YAMLMap): ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }> {
  const byKey = new Map<string, { readonly key: unknown; readonly value: unknown }>()
  for (const pair of map.items) {
    const text = keyText(pair.key)
    if (text !== null && !byKey.has(text)) byKey.set(text, pair)
  }
  return byKey
}

function shortKey(key: string): string {
  return key.length > 40 ? `${key.slice(0, 37)}...` : key
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}
