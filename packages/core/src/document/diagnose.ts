import type { Diagnostic, DiagnosticCode, KeyPath, Problem, Severity, Source } from './diagnostic.ts'
import { placeMap } from './position.ts'

/** So many of a severity are told of a document; beyond them one more tells how many there are. */
const MAX_TOLD = 100

/**
 * Gives problems their lines and columns, in the order of the text. `source` null: the document has no text. Of each severity at most
 * 100 are told, the first ones; one more, of the same severity, stands where the next would be and tells how many are left out.
 */
export function diagnose(problems: readonly Problem[], source: Source | null): Diagnostic[] {
  if (problems.length === 0) return []
  const places = source === null ? null : placeMap(source.text)
  const diagnostics: Diagnostic[] = problems
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
  return diagnostics.length > MAX_TOLD ? bounded(diagnostics) : diagnostics
}

function bounded(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const total = Map.groupBy(diagnostics, ({ severity }) => severity)
  const told: Record<Severity, number> = { error: 0, warning: 0, notice: 0 }
  return diagnostics.flatMap((one) => {
    told[one.severity] += 1
    if (told[one.severity] <= MAX_TOLD) return [one]
    if (told[one.severity] > MAX_TOLD + 1) return []
    const left = (total.get(one.severity)?.length ?? 0) - MAX_TOLD
    const message = `${left} more ${one.severity}${left === 1 ? '' : 's'} from here on: not told one by one`
    return [{ ...one, code: limitCode(one.code), key: '', message, hint: 'repair the others first' }]
  })
}

function limitCode(code: DiagnosticCode): DiagnosticCode {
  if (code.startsWith('CONFIG_')) return 'CONFIG_LIMIT'
  return code.startsWith('CALENDAR_') ? 'CALENDAR_LIMIT' : 'JOB_LIMIT'
}

function joined(hint: string | null, { line, column }: { readonly line: number; readonly column: number }): string {
  return `${hint === null ? '' : `${hint}; `}at line ${line}, column ${column} of the text`
}

/** A path as a person writes it: `schedule[0].interval`. */
export function keyText(path: KeyPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}
