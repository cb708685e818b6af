import { type KeyPath, keyText } from '../document/index.ts'
import type { Json } from '../json/index.ts'

/**
 * One difference of two values. Indexes of lists in a path are those of the new value, save the last of a `remove` and the `from` of a
 * `move`, which are those of the old one.
 */
export type Edit =
  | { readonly kind: 'add'; readonly path: KeyPath; readonly to: Json }
  | { readonly kind: 'remove'; readonly path: KeyPath; readonly from: Json }
  | { readonly kind: 'change'; readonly path: KeyPath; readonly from: Json; readonly to: Json }
  | { readonly kind: 'move'; readonly path: KeyPath; readonly from: number }

/** The same edit of a value one level further out. */
export function inside(key: string | number, edit: Edit): Edit {
  return { ...edit, path: [key, ...edit.path] }
}

/** One line for people: `schedule[0].daytime: 09:00:00 → 10:00:00`, `+ params[1]: date`. Texts stand without quotes where that is plain. */
export function editText(edit: Edit): string {
  const key = keyText(edit.path)
  if (edit.kind === 'add') return `+ ${key}: ${valueText(edit.to)}`
  if (edit.kind === 'remove') return `- ${key}: ${valueText(edit.from)}`
  if (edit.kind === 'move') return `${keyText([...edit.path.slice(0, -1), edit.from])} → ${key}`
  return `${key}: ${valueText(edit.from)} → ${valueText(edit.to)}`
}

function valueText(value: Json): string {
  return typeof value === 'string' && /^[\w./:+*-][\w ./:+*-]*$/.test(value) && !value.endsWith(' ')
    ? value
    : JSON.stringify(value)
}
