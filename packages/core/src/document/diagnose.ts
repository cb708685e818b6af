import type { Diagnostic, KeyPath, Problem, Source } from './diagnostic.ts'
import { placeMap } from './position.ts'

/** Gives problems their lines and columns, in the order of the text. `source` null: the document has no text. */
export function diagnose(problems: readonly Problem[], source: Source | null): Diagnostic[] {
  if (problems.length === 0) return []
  const places = source === null ? null : placeMap(source.text)
  return problems
    .map(({ code, severity, path, at, message, hint, within }) => {
      const position = places?.locate(path, at, within)
      return {
        code,
        severity,
        file: source?.path ?? null,
        line: position?.line ?? null,
        column: position?.column ?? null,
        key: keyText(path),
        message,
        // Without a text to point into, the place inside of the value has to be told.
        hint: places === null && within !== undefined ? joined(hint, within) : hint,
      }
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

function joined(hint: string | null, { line, column }: { readonly line: number; readonly column: number }): string {
  return `${hint === null ? '' : `${hint}; `}at line ${line}, column ${column} of the text`
}

/** A path as a person writes it: `schedule[0].interval`. */
export function keyText(path: KeyPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}
