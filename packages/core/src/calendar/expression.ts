import type { KeyPath } from '../document/index.ts'

/** What a composite calendar is made from. Paths are places in its file. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string; readonly path: KeyPath }
  | { readonly kind: 'union' | 'intersect' | 'except'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'days'; readonly part: Expression; readonly days: number }
  | { readonly kind: 'dates'; readonly part: Expression; readonly by: number; readonly in: Expression }

/** The names in an expression, with their places, in order. */
export function namesIn(expression: Expression): readonly { readonly name: string; readonly path: KeyPath }[] {
  switch (expression.kind) {
    case 'name':
      return [expression]
    case 'not':
    case 'days':
      return namesIn(expression.part)
    case 'dates':
      return [...namesIn(expression.part), ...namesIn(expression.in)]
    default:
      return expression.parts.flatMap(namesIn)
  }
}
