import type { z } from 'zod'

/** What a JSON type is called in what people read. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** What was expected where a part of a request is not as it should be, in our words; undefined: nothing better is known than what the schema says. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeWord(issue.expected)}${found(issue.input)}`
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}${found(issue.input)}`
    case 'too_small':
      return `expected ${measured(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `expected ${measured(issue.origin, 'at most', issue.maximum)}`
    case 'unrecognized_keys':
      return `known here: ${knownKeys(issue.inst).join(', ') || 'nothing'}`
    case 'invalid_union':
      return unionWords(issue)
    default:
      return undefined
  }
}

/** The keys that a mapping may have, of a schema that is one. */
export function knownKeys(schema: unknown): readonly string[] {
  const def = memberOf(memberOf(schema, '_zod'), 'def')
  const shape = memberOf(def, 'shape')
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : []
}

function unionWords(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  const { discriminator } = issue
  if (typeof discriminator === 'string') {
    const values = memberOf(memberOf(memberOf(issue.inst, '_zod'), 'propValues'), discriminator)
    const given = memberOf(issue.input, discriminator)
    return values instanceof Set ? `expected ${oneOf([...values])}${found(given)}` : undefined
  }
  const wanted = (issue.errors ?? []).flatMap(([first]) =>
    first?.code === 'invalid_type' ? [typeWord(first.expected)] : [],
  )
  return wanted.length === 0 ? undefined : `expected ${listed(wanted)}${found(issue.input)}`
}

function listed(words: readonly string[]): string {
  return words.length < 3 ? words.join(' or ') : `${words.slice(0, -1).join(', ')}, or ${words.at(-1) ?? ''}`
}

function typeWord(type: string): string {
  return TYPES[type] ?? type
}

function oneOf(values: readonly unknown[]): string {
  const named = values.map(String)
  return named.length === 1 ? (named[0] ?? '') : `one of ${named.join(', ')}`
}

/** A length, or a number, with its bound. */
function measured(origin: string, how: 'at least' | 'at most', bound: number | bigint): string {
  if (origin !== 'string' && origin !== 'array') return `a number of ${how} ${bound}`
  const [what, unit] = origin === 'string' ? ['text', 'characters'] : ['a list', 'members']
  return how === 'at least' && bound === 1 ? `${what} that is not empty` : `${what} of ${how} ${bound} ${unit}`
}

/** What is there instead. Texts are named, as far as they are short: what is misspelt is seen best beside what was expected. */
function found(input: unknown): string {
  if (input === undefined) return ', found nothing'
  if (input === null) return ', found null'
  if (typeof input === 'string')
    return `, found ${JSON.stringify(input.length > 60 ? `${input.slice(0, 60)}…` : input)}`
  if (typeof input === 'number' || typeof input === 'boolean') return `, found ${String(input)}`
  return Array.isArray(input) ? ', found a list' : ', found an object'
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
