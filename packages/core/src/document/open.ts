import type { JsonObject } from '../json/index.ts'
import type { Diagnostic, DiagnosticCode, Source } from './diagnostic.ts'
import { type Position, placeMap } from './position.ts'
import { describeJson, isMapping } from './scalar.ts'
import { mayNestDeeper } from './nesting.ts'
import { syntaxFaults } from './syntax-fault.ts'
import { DOCUMENT_LIMITS, readYaml } from './yaml.ts'

/** The codes for a document that is not even a mapping. `empty` null: an empty document is an empty mapping. */
export interface OpenCodes {
  readonly syntax: DiagnosticCode
  readonly large: DiagnosticCode
  readonly notMapping: DiagnosticCode
  readonly empty: DiagnosticCode | null
}

export type OpenResult =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

const MAX_SYNTAX_ERRORS = 20
const QUOTE_HINT = 'a template needs quotes in YAML: "{{ ... }}"'

/** Reads a YAML text that has to be a mapping, or says everything that keeps it from being one. */
export function openMapping(source: Source, codes: OpenCodes): OpenResult {
  const read = readYaml(source.text)
  if (read.ok) {
    if (isMapping(read.value)) return { ok: true, value: read.value }
    return whole(
      source,
      codes.notMapping,
      `expected a mapping, not ${describeJson(read.value)}`,
      'write `key: value` lines',
    )
  }
  switch (read.fault) {
    case 'empty':
      if (codes.empty === null) return { ok: true, value: {} }
      return whole(source, codes.empty, 'there is nothing in this file', 'a job needs at least a `program`')
    case 'large':
      return whole(source, codes.large, read.message, null, read.offset ?? 0)
    case 'syntax':
      return { ok: false, diagnostics: syntaxErrors(source, codes.syntax, read.message, read.offset) }
  }
}

// The reader stops at the first error; the slower parser knows the others. Where it sees none, or the rest may be too deep for it, the
// reader's word stands.
function syntaxErrors(source: Source, code: DiagnosticCode, message: string, offset: number | null): Diagnostic[] {
  if (mayNestDeeper(source.text, DOCUMENT_LIMITS.depth)) {
    return [at(source, code, lineAndColumn(source.text, offset ?? 0), message, null)]
  }
  const places = placeMap(source.text)
  if (places.bracesAt !== null && (offset === null || /complex keys/.test(message))) {
    return [at(source, code, places.position(places.bracesAt), 'a mapping cannot be a key', QUOTE_HINT)]
  }
  const faults = places.faults.length > 0 ? places.faults : [{ offset: offset ?? 0, message }]
  return syntaxFaults(source.text, faults.slice(0, MAX_SYNTAX_ERRORS)).map((fault) => {
    const template = /^[^\n"'#]*:\s+\{[{%]/.test(lineAt(source.text, fault.offset))
    return at(source, code, places.position(fault.offset), fault.message, template ? QUOTE_HINT : fault.hint)
  })
}

function lineAt(text: string, offset: number): string {
  const from = text.lastIndexOf('\n', Math.max(offset - 1, 0)) + 1
  return text.slice(from, from + 1000).split('\n', 1)[0] ?? ''
}

function whole(source: Source, code: DiagnosticCode, message: string, hint: string | null, offset = 0): OpenResult {
  return { ok: false, diagnostics: [at(source, code, lineAndColumn(source.text, offset), message, hint)] }
}

// Without the slower parser, which nests as deep as the text does.
function lineAndColumn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function at(
  source: Source,
  code: DiagnosticCode,
  position: Position,
  message: string,
  hint: string | null,
): Diagnostic {
  return { code, severity: 'error', file: source.path, ...position, key: '', message, hint }
}
