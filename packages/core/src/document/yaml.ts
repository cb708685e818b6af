import {
  CORE_SCHEMA,
  defineScalarTag,
  floatCoreTag,
  intCoreTag,
  load,
  mergeTag,
  NOT_RESOLVED,
  YAMLException,
} from 'js-yaml'
import type { Json } from '../json/index.ts'
import { pythonNumber } from './scalar.ts'

/** Limits of a document: beyond them it is refused whole. Aliases count each time they are used. */
export const DOCUMENT_LIMITS = { characters: 1_048_576, values: 100_000, depth: 100 } as const

const DEEP = `nested deeper than ${DOCUMENT_LIMITS.depth}`

/** A document read, or why it could not be. `offset` counts UTF-16 units from the start. */
export type YamlResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: 'empty' }
  | { readonly ok: false; readonly fault: 'large' | 'syntax'; readonly message: string; readonly offset: number | null }

// Numbers that JavaScript would write differently from how they were read (1.0, 12345678901234567890) stay texts, as Python's
// `str` gives them: where a number is wanted, its text is accepted too.
const float = defineScalarTag<number | string>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: floatCoreTag.implicitFirstChars,
  resolve(source, isExplicit, tagName) {
    const value = floatCoreTag.resolve(source, isExplicit, tagName)
    if (value === NOT_RESOLVED || typeof value !== 'number') return NOT_RESOLVED
    return Number.isFinite(value) && !Number.isInteger(value) ? value : pythonNumber(value, true)
  },
  identify: () => false,
})
const int = defineScalarTag<number | string>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: intCoreTag.implicitFirstChars,
  resolve(source, isExplicit, tagName) {
    const value = intCoreTag.resolve(source, isExplicit, tagName)
    if (value === NOT_RESOLVED || typeof value !== 'number') return NOT_RESOLVED
    return Number.isSafeInteger(value) ? value : bigText(source)
  },
  identify: () => false,
})
const schema = CORE_SCHEMA.withTags(mergeTag, float, int)

/**
 * Reads one YAML document, YAML 1.2 core with merge keys, as the existing system does: `yes`, `10:30:00` and `2024-01-01` are texts,
 * duplicate keys are an error. Never throws.
 */
export function readYaml(text: string): YamlResult {
  if (text.length > DOCUMENT_LIMITS.characters) {
    return large(`${text.length} characters; at most ${DOCUMENT_LIMITS.characters} are allowed`)
  }
  let loaded: unknown
  try {
    loaded = load(text, { schema, maxDepth: DOCUMENT_LIMITS.depth })
  } catch (error) {
    if (!(error instanceof YAMLException)) return { ok: false, fault: 'syntax', message: String(error), offset: null }
    if (error.mark === undefined && /input is empty/.test(error.reason)) return { ok: false, fault: 'empty' }
    const offset = error.mark?.position ?? null
    if (error.reason.startsWith('nesting exceeded')) return large(DEEP, offset)
    return { ok: false, fault: 'syntax', message: error.reason, offset }
  }
  const budget = { values: DOCUMENT_LIMITS.values }
  const value = toJson(loaded, DOCUMENT_LIMITS.depth, budget)
  if (value === undefined) {
    return large(`more than ${DOCUMENT_LIMITS.values} values, or ${DEEP}`)
  }
  return value === null ? { ok: false, fault: 'empty' } : { ok: true, value }
}

function large(message: string, offset: number | null = null): YamlResult {
  return { ok: false, fault: 'large', message, offset }
}

// Copies, so that aliases (which may be circular) become values of their own; undefined beyond the limits.
function toJson(value: unknown, depth: number, budget: { values: number }): Json | undefined {
  budget.values -= 1
  if (depth < 0 || budget.values < 0) return undefined
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value
  if (Array.isArray(value)) {
    const list: Json[] = []
    for (const item of value) {
      const json = toJson(item, depth - 1, budget)
      if (json === undefined) return undefined
      list.push(json)
    }
    return list
  }
  if (typeof value !== 'object') return undefined
  const members: [string, Json][] = []
  for (const [key, member] of Object.entries(value)) {
    const json = toJson(member, depth - 1, budget)
    if (json === undefined) return undefined
    members.push([key, json])
  }
  return Object.fromEntries(members)
}

function bigText(source: string): string {
  const [, sign = '', digits = '0'] = /^([+-]?)(.*)$/.exec(source) ?? []
  const value = BigInt(digits)
  return String(sign === '-' ? -value : value)
}
