import { z } from 'zod'
import type { Json } from '../json/index.ts'
import type { DiagnosticCode, KeyPath, Problem } from './diagnostic.ts'
import { describeJson, isList, isMapping } from './scalar.ts'
import { closest, suggestion } from './suggest.ts'

/** The codes that a document's schema problems get. */
export interface IssueCodes {
  readonly keyUnknown: DiagnosticCode
  readonly keyMissing: DiagnosticCode
  readonly value: DiagnosticCode
}

/** Where the value stands that a schema was applied to. */
export interface IssueScope {
  readonly codes: IssueCodes
  readonly schema: z.ZodType
  readonly value: Json
  readonly path: KeyPath
  /** Keys that are allowed beside those of the schema, since something else reads them. */
  readonly otherKeys?: readonly string[]
}

/**
 * What a schema found, as problems. A custom issue may carry `params.hint` (text), `params.code` (a diagnostic
 * code) and `params.within` (line and column inside of the value, which is a text).
 * A missing key is laid at the door of the mapping that lacks it.
 */
export function problemsOf(issues: readonly z.core.$ZodIssue[], scope: IssueScope): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, scope))
}

function problemsOfIssue(issue: z.core.$ZodIssue, scope: IssueScope): Problem[] {
  const inner = writtenPath(scope.value, issue.path)
  const path = [...scope.path, ...inner]
  const error = { severity: 'error', hint: null } as const
  if (issue.code === 'unrecognized_keys') {
    const known = [...keysAt(scope.schema, inner), ...(inner.length === 0 ? (scope.otherKeys ?? []) : [])]
    return issue.keys.map((key) => ({
      ...error,
      code: scope.codes.keyUnknown,
      path: [...path, key],
      at: 'key',
      message: `unexpected key: ${key}`,
      hint: suggestion(key, known),
    }))
  }
  const found = valueAt(scope.value, inner)
  if (found === undefined && inner.length > 0) {
    const message = `missing key: ${String(inner.at(-1))}`
    return [{ ...error, code: scope.codes.keyMissing, path: path.slice(0, -1), at: 'value', message }]
  }
  if (issue.code === 'custom') {
    const { hint, code, within } = issue.params ?? {}
    return [
      {
        ...error,
        code: isCode(code) ? code : scope.codes.value,
        path,
        at: 'value',
        message: issue.message,
        hint: typeof hint === 'string' ? hint : null,
        ...(isPosition(within) ? { within } : {}),
      },
    ]
  }
  const hint = meantOf(issue, found)
  return [{ ...error, code: scope.codes.value, path, at: 'value', message: messageOf(issue, found), hint }]
}

// Where one or a list is allowed, a schema may make a list of the one: its index 0 is not in the document.
function writtenPath(value: Json, path: readonly PropertyKey[]): (string | number)[] {
  const written: (string | number)[] = []
  for (const part of path) {
    if (typeof part === 'symbol' || (part === 0 && !isList(valueAt(value, written)))) continue
    written.push(part)
  }
  return written
}

// zod's own texts speak of "input"; a union's text is ours when the schema gave one.
function messageOf(issue: z.core.$ZodIssue, found: Json | undefined): string {
  if (issue.code === 'invalid_type')
    return `expected ${NAMES[issue.expected] ?? issue.expected}, not ${describeJson(found)}`
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map((value) => String(value)).join(', ')
    return `expected ${issue.values.length === 1 ? allowed : `one of ${allowed}`}, not ${describeJson(found)}`
  }
  return issue.message
}

// The message says what is allowed.
function meantOf(issue: z.core.$ZodIssue, found: Json | undefined): string | null {
  if (issue.code !== 'invalid_value' || typeof found !== 'string') return null
  const meant = closest(
    found,
    issue.values.map((value) => String(value)),
  )
  return meant === null ? null : `did you mean '${meant}'?`
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'null',
}

function isPosition(within: unknown): within is { line: number; column: number } {
  if (typeof within !== 'object' || within === null) return false
  return 'line' in within && 'column' in within && typeof within.line === 'number' && typeof within.column === 'number'
}

function isCode(code: unknown): code is DiagnosticCode {
  return typeof code === 'string' && /^(JOB|CONFIG)_/.test(code)
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: Json, path: KeyPath): Json | undefined {
  let at: Json | undefined = value
  for (const part of path) {
    if (isList(at) && typeof part === 'number') at = at[part]
    else if (isMapping(at) && Object.hasOwn(at, part)) at = at[part]
    else return undefined
  }
  return at
}

// A list may have one and the same mistake in each of its items.
const described = new WeakMap<z.ZodType, unknown>()

// The keys that a schema knows at a path, read from its JSON Schema, so that no kind has to list them a second time.
function keysAt(schema: z.ZodType, path: KeyPath): string[] {
  const known = described.get(schema) ?? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  described.set(schema, known)
  let nodes: unknown[] = [known]
  for (const part of path) nodes = nodes.flatMap(alternatives).flatMap((node) => child(node, part))
  return [...new Set(nodes.flatMap(alternatives).flatMap((node) => Object.keys(member(node, 'properties') ?? {})))]
}

function alternatives(node: unknown): unknown[] {
  const options = member(node, 'anyOf')
  return Array.isArray(options) ? options.flatMap(alternatives) : [node]
}

function child(node: unknown, part: string | number): unknown[] {
  const next = typeof part === 'number' ? member(node, 'items') : member(member(node, 'properties'), part)
  return next === undefined ? [] : [next]
}

function member(node: unknown, key: string): object | undefined {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined
  const value: unknown = Reflect.get(node, key)
  return typeof value === 'object' && value !== null ? value : undefined
}
