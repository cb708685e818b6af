import { fail } from './fault.ts'
import { numeric } from './number.ts'
import { typeName, type Value } from './value.ts'

const MAX_NESTING = 50

/** Python's `==`. */
export function equal(a: Value, b: Value, depth = 0): boolean {
  if (depth > MAX_NESTING) return fail('a value is nested too deeply')
  const [left, right] = [numeric(a), numeric(b)]
  if (left !== undefined && right !== undefined) return orderNumbers(left, right) === 0
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'tuple' && b.kind === 'tuple')) {
    const others = b.items
    return (
      a.items.length === others.length && a.items.every((item, index) => equal(item, others[index] ?? null, depth + 1))
    )
  }
  if (a.kind === 'dict' && b.kind === 'dict') {
    if (a.entries.size !== b.entries.size) return false
    for (const [hash, [, value]] of a.entries) {
      const other = b.entries.get(hash)
      if (other === undefined || !equal(value, other[1], depth + 1)) return false
    }
    return true
  }
  if (a.kind === 'range' && b.kind === 'range') {
    return a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)))
  }
  if (a.kind === 'object') return a === b || a.type.compare?.(a.value, b) === 0
  return a === b
}

/** Python's order: negative, zero or positive. Fails where the values have none; `operator` is for the message. */
export function order(a: Value, b: Value, operator = '<', depth = 0): number {
  if (depth > MAX_NESTING) return fail('a value is nested too deeply')
  const [left, right] = [numeric(a), numeric(b)]
  if (left !== undefined && right !== undefined) return orderNumbers(left, right)
  if (typeof a === 'string' && typeof b === 'string') return orderText(a, b)
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'tuple' && b.kind === 'tuple')) {
      const others = b.items
      for (const [index, item] of a.items.entries()) {
        const other = others[index]
        if (other === undefined) return 1
        if (!equal(item, other, depth + 1)) return order(item, other, operator, depth + 1)
      }
      return a.items.length - others.length
    }
  }
  const result =
    a !== null && typeof a === 'object' && a.kind === 'object'
      ? a.type.compare?.(a.value, b)
      : b !== null && typeof b === 'object' && b.kind === 'object'
        ? negated(b.type.compare?.(b.value, a))
        : undefined
  return result ?? fail(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`)
}

/** A text that is the same for values that are equal as keys of a dict. Fails for values that cannot be keys. */
export function hashOf(value: Value): string {
  const number = numeric(value)
  // 1, 1.0 and True are one key.
  if (typeof number === 'number' && Number.isInteger(number)) return `n${BigInt(number)}`
  if (number !== undefined) return `n${number}`
  if (typeof value === 'string') return `s${value}`
  if (value === null) return 'None'
  if (typeof value === 'object' && value.kind === 'tuple') {
    return `t${value.items
      .map((item) => {
        const hash = hashOf(item)
        return `${hash.length}:${hash}`
      })
      .join('')}`
  }
  if (typeof value === 'object' && value.kind === 'object') return `o${value.type.name}:${value.type.repr(value.value)}`
  return fail(`unhashable type: '${typeName(value)}'`)
}

// An int and a float of the same size are not === each other. NaN is neither: every comparison with the result is false then.
function orderNumbers(left: bigint | number, right: bigint | number): number {
  if (left < right) return -1
  if (left > right) return 1
  return left <= right ? 0 : Number.NaN
}

// By code points, as Python: surrogates sort before some single units in JavaScript.
function orderText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  let index = 0
  while (index < length && a.charCodeAt(index) === b.charCodeAt(index)) index++
  const [left, right] = [a.codePointAt(index), b.codePointAt(index)]
  return (left ?? -1) < (right ?? -1) ? -1 : 1
}

function negated(order: number | undefined): number | undefined {
  return order === undefined ? undefined : -order
}
