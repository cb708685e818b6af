import { type Alias, isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'

/** A key that its mapping has already; offsets into the text. */
export interface DuplicateKey {
  readonly key: string
  readonly offset: number
  readonly first: number
}

/** What one walk over the nodes of a document finds. */
export interface NodeSurvey {
  /** What each alias stands for: the last node before it that has its anchor. */
  readonly aliases: ReadonlyMap<Alias, unknown>
  /** Keys that their mapping has already, in order: where, and where first. */
  readonly duplicates: readonly DuplicateKey[]
  /** Offset of the first mapping that stands where a key must. */
  readonly bracesAt: number | null
}

/** Walks over the nodes below one, in the order of the text and in time linear in them, however deep they are. */
export function surveyOf(top: unknown): NodeSurvey {
  const anchors = new Map<string, unknown>()
  const aliases = new Map<Alias, unknown>()
  const duplicates: DuplicateKey[] = []
  let bracesAt: number | null = null
  const ahead: unknown[] = [top]
  while (ahead.length > 0) {
    const node = ahead.pop()
    if (isAlias(node)) aliases.set(node, anchors.get(node.source))
    else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
    if (isSeq(node)) for (const item of node.items.toReversed()) ahead.push(item)
    if (isPair(node)) {
      if (isMap(node.key)) bracesAt ??= startOf(node.key)
      ahead.push(node.value, node.key)
    }
    if (!isMap(node)) continue
    const seen = new Map<unknown, number>()
    for (const { key } of node.items) {
      if (!isScalar(key)) continue
      const offset = startOf(key) ?? 0
      const first = seen.get(key.value)
      if (first === undefined) seen.set(key.value, offset)
      else duplicates.push({ key: keyText(key) ?? '', offset, first })
    }
    for (const pair of node.items.toReversed()) ahead.push(pair)
  }
  return { aliases, duplicates: duplicates.sort((a, b) => a.offset - b.offset), bracesAt }
}

/** The text of a key as it is written; null where it is no scalar. */
export function keyText(key: unknown): string | null {
  return isScalar(key) ? String(key.source ?? key.value) : null
}

/** Offset of a node's first character; null where it has none in the text. */
export function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return null
  const offset: unknown = node.range[0]
  return typeof offset === 'number' ? offset : null
}
