import { isList, isMapping } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import type { Edit } from './edit.ts'

/** The value that edits from `difference` make of the one they were made from. Throws where that is plainly another one. */
export function applyEdits(before: Json, edits: readonly Edit[]): Json {
  const [first] = edits
  if (first === undefined) return before
  if (first.path.length === 0) {
    if (first.kind !== 'change') throw new Error(`an edit of nothing: ${first.kind}`)
    return first.to
  }
  if (isList(before)) return editList(before, edits)
  if (isMapping(before)) return editMapping(before, edits)
  throw new Error(`edits of parts of a value that has none: ${JSON.stringify(first.path)}`)
}

function editMapping(before: JsonObject, edits: readonly Edit[]): Json {
  const members = new Map(Object.entries(before))
  for (const [key, ofKey] of grouped(edits)) {
    const name = String(key)
    const [edit] = ofKey
    if (edit?.kind === 'remove' && edit.path.length === 1) members.delete(name)
    else if (edit?.kind === 'add' && edit.path.length === 1) members.set(name, edit.to)
    else members.set(name, applyEdits(found(members.get(name), name), ofKey.map(outside)))
  }
  return Object.fromEntries(members)
}

function editList(before: readonly Json[], edits: readonly Edit[]): Json {
  const gone = new Set<number>()
  const placed = new Map<number, Json>()
  const nested: Edit[] = []
  for (const edit of edits) {
    const index = Number(edit.path[0])
    if (edit.path.length > 1 || edit.kind === 'change') nested.push(edit)
    else if (edit.kind === 'remove') gone.add(index)
    else if (edit.kind === 'add') placed.set(index, edit.to)
    else {
      gone.add(edit.from)
      placed.set(index, found(before[edit.from], String(edit.from)))
    }
  }
  const staying = before.filter((_, index) => !gone.has(index)).values()
  const after = Array.from({ length: before.length - gone.size + placed.size }, (_, index) => {
    const put = placed.get(index)
    return put === undefined ? found(staying.next().value, String(index)) : put
  })
  for (const [key, ofKey] of grouped(nested)) {
    const index = Number(key)
    after[index] = applyEdits(found(after[index], String(key)), ofKey.map(outside))
  }
  return after
}

function grouped(edits: readonly Edit[]): Map<string | number, Edit[]> {
  return Map.groupBy(edits, ({ path }) => path[0] ?? '')
}

function outside(edit: Edit): Edit {
  return { ...edit, path: edit.path.slice(1) }
}

function found(value: Json | undefined, key: string): Json {
  if (value === undefined) throw new Error(`an edit of what is not there: ${key}`)
  return value
}
