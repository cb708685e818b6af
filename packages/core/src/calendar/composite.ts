import {
  closest,
  describeJson,
  diagnose,
  type Diagnostic,
  type DiagnosticCode,
  isList,
  isMapping,
  type KeyPath,
  openMapping,
  type Problem,
  suggestion,
} from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import { CALENDAR_LIMITS, type CalendarFile } from './calendar-file.ts'
import type { Expression } from './expression.ts'

/** A composite calendar file, read; `expression` null with an error among the diagnostics. */
export interface CompositeResult {
  readonly expression: Expression | null
  readonly label: string | null
  /** What defines the calendar, whatever its spacing and comments. */
  readonly canonical: string
  readonly diagnostics: readonly Diagnostic[]
}

const CODES = {
  syntax: 'CALENDAR_YAML_SYNTAX',
  large: 'CALENDAR_TOO_LARGE',
  notMapping: 'CALENDAR_NOT_A_MAPPING',
  empty: null,
} as const
const OPERATORS = ['union', 'intersect', 'except', 'shift', 'not']
const TEXTS = ['label', 'description']
const MAX_LABEL = 200

/** Whether a calendar file is a composite: its first line with something in it begins with a YAML mapping. */
export function isComposite(text: string): boolean {
  const first = /^(?:[\s\uFEFF]|#[^\n\r]*|---[ \t]*(?=[\n\r]|$))*([^\n\r]*)/.exec(text)?.[1] ?? ''
  return /^(?:[A-Za-z_'"][\w'" -]*:(?:\s|$)|\{)/.test(first)
}

/** Reads a composite calendar: one operator over names of calendars and operators, and a `label` and a `description`. */
export function parseComposite(file: CalendarFile): CompositeResult {
  const opened = openMapping(file, CODES)
  if (!opened.ok) return { expression: null, label: null, canonical: '', diagnostics: opened.diagnostics }
  const reader = new CompositeReader()
  const expression = reader.operator(opened.value, [], TEXTS)
  for (const key of TEXTS) reader.text(opened.value[key], [key])
  const diagnostics = diagnose(reader.problems, file)
  const { description: _, ...meaning } = opened.value
  const label = opened.value['label']
  return {
    expression: diagnostics.length > 0 ? null : expression,
    label: typeof label === 'string' ? label : null,
    canonical: JSON.stringify(meaning),
    diagnostics,
  }
}

// How many operators stand around a place.
function depthOf(path: KeyPath): number {
  return path.filter((part) => typeof part === 'string' && OPERATORS.includes(part)).length
}

class CompositeReader {
  readonly problems: Problem[] = []
  #parts = 0

  text(value: Json | undefined, path: KeyPath): void {
    if (value === undefined || (typeof value === 'string' && (path[0] !== 'label' || value.length <= MAX_LABEL))) return
    const expected = path[0] === 'label' ? `a text of at most ${MAX_LABEL} characters` : 'a text'
    this.#say('CALENDAR_VALUE', path, `expected ${expected}, not ${describeJson(value)}`)
  }

  operator(mapping: JsonObject, path: KeyPath, others: readonly string[] = []): Expression | null {
    const keys = Object.keys(mapping)
    for (const key of keys) {
      if (OPERATORS.includes(key) || others.includes(key)) continue
      const hint = suggestion(key, [...OPERATORS, ...others])
      this.#say('CALENDAR_KEY_UNKNOWN', [...path, key], `unexpected key: ${key}`, hint, 'key')
    }
    const found = keys.filter((key) => OPERATORS.includes(key))
    const [key, second] = found
    // Where an operator is misspelt, that is told already.
    const misspelt = keys.some((one) => !others.includes(one) && closest(one, OPERATORS) !== null)
    if (key === undefined && misspelt) return null
    if (key === undefined || second !== undefined) {
      const at = second === undefined ? path : [...path, second]
      const message = `expected exactly one of ${OPERATORS.join(', ')}, not ${key === undefined ? 'none' : found.join(' and ')}`
      this.#say('CALENDAR_VALUE', at, message, null, second === undefined ? 'value' : 'key')
      return null
    }
    return this.#operands(key, mapping[key], [...path, key])
  }

  #operands(key: string, value: Json | undefined, path: KeyPath): Expression | null {
    if (key === 'shift') return this.#shift(value, path)
    if (key === 'not') {
      const part = this.#part(value, path)
      return part === null ? null : { kind: 'not', part }
    }
    if (!isList(value) || value.length === 0) {
      this.#say(
        'CALENDAR_VALUE',
        path,
        `expected a list of calendars, not ${isList(value) ? 'an empty one' : describeJson(value)}`,
      )
      return null
    }
    const parts = value.map((item, index) => this.#part(item, [...path, index])).filter((part) => part !== null)
    const kind = key === 'union' ? 'union' : key === 'except' ? 'except' : 'intersect'
    return parts.length < value.length ? null : { kind, parts }
  }

  #part(value: Json | undefined, path: KeyPath): Expression | null {
    this.#parts += 1
    if (this.#parts > CALENDAR_LIMITS.parts || depthOf(path) > CALENDAR_LIMITS.depth) {
      if (this.#parts <= CALENDAR_LIMITS.parts + 1) {
        const message = `more than ${CALENDAR_LIMITS.parts} parts, or nested deeper than ${CALENDAR_LIMITS.depth}`
        this.#say('CALENDAR_TOO_LARGE', path, message)
      }
      this.#parts = CALENDAR_LIMITS.parts + 1
      return null
    }
    if (typeof value === 'string') return { kind: 'name', name: value, path }
    if (isMapping(value)) return this.operator(value, path)
    this.#say('CALENDAR_VALUE', path, `expected the name of a calendar or a mapping, not ${describeJson(value)}`)
    return null
  }

  #shift(value: Json | undefined, path: KeyPath): Expression | null {
    if (!isMapping(value)) {
      const hint = 'as `shift: {calendar: Mon, days: 1}` or `shift: {calendar: Mon, by: 1, in: Mon-Fri}`'
      this.#say('CALENDAR_VALUE', path, `expected a mapping, not ${describeJson(value)}`, hint)
      return null
    }
    for (const key of Object.keys(value)) {
      if (['calendar', 'days', 'by', 'in'].includes(key)) continue
      const hint = suggestion(key, ['calendar', 'days', 'by', 'in'])
      this.#say('CALENDAR_KEY_UNKNOWN', [...path, key], `unexpected key: ${key}`, hint, 'key')
    }
    const has = (key: string): boolean => Object.hasOwn(value, key)
    if (!has('calendar') || has('days') === has('by') || has('by') !== has('in')) {
      this.#say('CALENDAR_VALUE', path, 'expected `calendar` and either `days`, or `by` and `in`')
      return null
    }
    const part = this.#part(value['calendar'], [...path, 'calendar'])
    if (has('days')) {
      const days = this.#number(value['days'], CALENDAR_LIMITS.shiftDays, [...path, 'days'])
      return part === null || days === null ? null : { kind: 'days', part, days }
    }
    const by = this.#number(value['by'], CALENDAR_LIMITS.shiftDates, [...path, 'by'])
    const dates = this.#part(value['in'], [...path, 'in'])
    return part === null || by === null || dates === null ? null : { kind: 'dates', part, by, in: dates }
  }

  #number(value: Json | undefined, limit: number, path: KeyPath): number | null {
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= limit) return value
    this.#say('CALENDAR_VALUE', path, `expected a whole number from -${limit} to ${limit}, not ${describeJson(value)}`)
    return null
  }

  #say(
    code: DiagnosticCode,
    path: KeyPath,
    message: string,
    hint: string | null = null,
    at: 'key' | 'value' = 'value',
  ): void {
    if (this.problems.length > CALENDAR_LIMITS.diagnostics) return
    this.problems.push({ code, severity: 'error', path, at, message, hint })
  }
}
