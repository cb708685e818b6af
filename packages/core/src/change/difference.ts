import { isList, isMapping } from '../document/index.ts'
import { canonicalJson, type Json, type JsonObject } from '../json/index.ts'
import { type Edit, inside } from './edit.ts'
import { inOrder, matchItems } from './match-items.ts'

/** What makes one value of the other, key by key; nothing where they are equal. `applyEdits` takes it back in. */
export function difference(before: Json, after: Json): readonly Edit[] {
  if (isMapping(before) && isMapping(after)) return mappingDifference(before, after)
  if (isList(before) && isList(after)) return listDifference(before, after)
  return canonicalJson(before) === canonicalJson(after) ? [] : [{ kind: 'change', path: [], from: before, to: after }]
}

function mappingDifference(before: JsonObject, after: JsonObject): readonly Edit[] {
  const keys = [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))]
  return keys.flatMap((key): readonly Edit[] => {
    const [from, to] = [own(before, key), own(after, key)]
    if (from === undefined) return to === undefined ? [] : [{ kind: 'add', path: [key], to }]
    if (to === undefined) return [{ kind: 'remove', path: [key], from }]
    return difference(from, to).map((edit) => inside(key, edit))
  })
}

function listDifference(before: readonly Json[], after: readonly Json[]): readonly Edit[] {
  const matches = matchItems(before, after)
  const stay = inOrder(matches)
  const matched = new Set(matches.map(([from]) => from))
  const byNew = new Map(matches.map(([from, to]) => [to, from]))
  const removed = before.flatMap((from, index): readonly Edit[] =>
    matched.has(index) ? [] : [{ kind: 'remove', path: [index], from }],
  )
  const rest = after.flatMap((to, index): readonly Edit[] => {
    const from = byNew.get(index)
    if (from === undefined) return [{ kind: 'add', path: [index], to }]
    const edits = difference(before[from] ?? null, to).map((edit) => inside(index, edit))
    return stay.has(index) ? edits : [{ kind: 'move', path: [index], from }, ...edits]
  })
  return [...removed, ...rest]
}

function own(mapping: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined
}
