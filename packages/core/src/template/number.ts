import { MAX_BITS } from './budget.ts'
import { fail } from './fault.ts'
import type { Value } from './value.ts'

const LARGEST = 2n ** BigInt(MAX_BITS)

/** Refuses numbers that would cost too much to work with. */
export function bounded(value: bigint): bigint {
  return value > LARGEST || value < -LARGEST ? fail(`a whole number has more than ${MAX_BITS} bits`) : value
}

/** A number out of an int, a float, a bool or a number with a name; undefined for other values. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'bigint' || typeof value === 'number') return value
  const isObject = value !== null && typeof value === 'object' && value.kind === 'object'
  return isObject ? value.type.number?.(value.value) : undefined
}

/** An int as a JavaScript number, for indexes and widths. */
export function smallInt(value: Value, what: string): number {
  const number = numeric(value)
  if (typeof number !== 'bigint') return fail(`${what} must be an integer`)
  const small = Number(number)
  return Number.isSafeInteger(small) ? small : fail(`${what} is out of range`)
}

/** Reads a whole number as Python's `int` does; undefined where the text is none. */
export function parseInteger(text: string, base: number): bigint | undefined {
  const match = /^([+-]?)(0[xX]|0[oO]|0[bB])?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(text.trim())
  if (match === null) return undefined
  const [, sign, mark = '', digits = ''] = match
  const marked = { '0x': 16, '0o': 8, '0b': 2 }[mark.toLowerCase()]
  if (marked !== undefined && base !== marked && base !== 0) return undefined
  const radix = marked ?? (base === 0 ? 10 : base)
  if (digits.length > MAX_BITS) return bounded(LARGEST + 1n)
  let value = 0n
  for (const digit of digits.replaceAll('_', '')) {
    const worth = Number.parseInt(digit, 36)
    if (worth >= radix) return undefined
    value = value * BigInt(radix) + BigInt(worth)
  }
  return bounded(sign === '-' ? -value : value)
}

/** Reads a float as Python does; undefined where the text is none. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?$/.test(trimmed)) {
    return Number(trimmed.replaceAll('_', ''))
  }
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed)
  if (special === null) return undefined
  if (special[2]?.toLowerCase() === 'nan') return Number.NaN
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** Cuts a float to a whole number, as `int()` does. */
export function truncated(value: number): bigint {
  return Number.isFinite(value) ? bounded(BigInt(Math.trunc(value))) : fail(`cannot convert float ${value} to integer`)
}
