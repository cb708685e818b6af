import { pythonNumber } from '../document/index.ts'
import type { Budget } from './budget.ts'
import { fail } from './fault.ts'
import type { Value } from './value.ts'

// Lists can hold themselves.
const MAX_NESTING = 50

/** A value as Python's `str` writes it. */
export function str(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value
  if (value !== null && typeof value === 'object' && value.kind === 'object') return value.type.str(value.value)
  return repr(value, budget)
}

/** A value as Python's `repr` writes it. */
export function repr(value: Value, budget: Budget, depth = 0): string {
  if (depth > MAX_NESTING) return fail('a value is nested too deeply')
  budget.spend(1)
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return pythonNumber(value, true)
  if (typeof value === 'string') return reprText(value)
  const inner = (item: Value): string => repr(item, budget, depth + 1)
  switch (value.kind) {
    case 'list':
      return joined(`[`, value.items.map(inner), ']', budget)
    case 'tuple': {
      const [only] = value.items
      return value.items.length === 1 && only !== undefined
        ? `(${inner(only)},)`
        : joined('(', value.items.map(inner), ')', budget)
    }
    case 'dict': {
      const entries = [...value.entries.values()].map(([key, item]) => `${inner(key)}: ${inner(item)}`)
      return joined('{', entries, '}', budget)
    }
    case 'range': {
      const stop = value.start + value.length * value.step
      return value.step === 1 ? `range(${value.start}, ${stop})` : `range(${value.start}, ${stop}, ${value.step})`
    }
    case 'namespace':
      return '<Namespace>'
    case 'callable':
      return `<function ${value.name}>`
    case 'object':
      return value.type.repr(value.value)
    case 'undefined':
      return fail(value.message)
  }
}

/** A text in quotes, as Python writes it. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones to escape
  const escaped = text.replace(/[\\'\x00-\x1f\x7f-\xa0\xad]/g, (character) => {
    if (character === "'") return quote === "'" ? "\\'" : "'"
    const named = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    return named ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return quote + escaped + quote
}

function joined(open: string, parts: readonly string[], close: string, budget: Budget): string {
  budget.spendText(parts.reduce((length, part) => length + part.length + 2, 0))
  return open + parts.join(', ') + close
}
