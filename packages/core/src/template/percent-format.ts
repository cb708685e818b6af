import type { Budget } from './budget.ts'
import { hashOf } from './compare.ts'
import { fail } from './fault.ts'
import { formatValue } from './format-spec.ts'
import { numeric, truncated } from './number.ts'
import { repr, str } from './repr.ts'
import { type Composite, typeName, type Value } from './value.ts'

const PLACE = /%(?:\(([^)]*)\))?([-+ #0]*)(\d{1,7})?(?:\.(\d{1,4}))?[hlL]?([^])?/g

/** Python's `text % value`: `%s`, `%05d`, `%.2f`, `%(name)s`. `value` is a tuple of the values, one value, or a dict. */
export function percentFormat(text: string, value: Value, budget: Budget): string {
  const isTuple = value !== null && typeof value === 'object' && value.kind === 'tuple'
  const values = isTuple ? value.items : [value]
  const dict = value !== null && typeof value === 'object' && value.kind === 'dict' ? value : null
  let taken = 0
  const next = (): Value => {
    const item = values[taken++]
    return item === undefined ? fail('not enough arguments for format string') : item
  }
  const lookup = (name: string): Value => {
    if (dict === null) return fail('format requires a mapping')
    return dict.entries.get(hashOf(name))?.[1] ?? fail(`no key '${name}' for the format string`)
  }
  let length = 0
  const result = text.replace(PLACE, (_whole: string, ...found: readonly (string | undefined)[]) => {
    const [name, flags = '', width = '', precision, code] = found
    if (code === '%') return '%'
    if (code === undefined) return fail('incomplete format')
    const item = name === undefined ? next() : lookup(name)
    const place = formatted(item, code, flags, width, precision, budget)
    length += place.length
    budget.spendText(length)
    return place
  })
  // As Python, which takes whatever can be indexed for a mapping that need not be used.
  const unused = isTuple
    ? taken < values.length
    : taken === 0 && !(value !== null && typeof value === 'object' && isIndexed(value))
  if (unused) {
    return fail('not all arguments converted during string formatting')
  }
  return result
}

function isIndexed(value: Composite): boolean {
  return value.kind === 'list' || value.kind === 'dict' || value.kind === 'range'
}

function formatted(
  item: Value,
  code: string,
  flags: string,
  width: string,
  precision: string | undefined,
  budget: Budget,
): string {
  const point = precision === undefined ? '' : `.${precision}`
  const left = flags.includes('-')
  if (code === 's' || code === 'r' || code === 'a') {
    return formatValue(
      code === 's' ? str(item, budget) : repr(item, budget),
      `${left ? '<' : '>'}${width}${point}`,
      budget,
    )
  }
  if (code === 'c' && typeof item === 'string') return formatValue(item, `${left ? '<' : '>'}${width}`, budget)
  const number = numeric(item)
  if (number === undefined) return fail(`%${code} format: a real number is required, not ${typeName(item)}`)
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const fill = left ? '<' : flags.includes('0') ? '0=' : '>'
  const start = `${fill}${sign}${flags.includes('#') ? '#' : ''}${width}`
  if (/[diuxXoc]/.test(code)) {
    if (typeof number === 'number' && /[xXoc]/.test(code))
      return fail(`%${code} format: an integer is required, not float`)
    const integer = typeof number === 'number' ? truncated(number) : number
    return formatValue(integer, start + (code === 'i' || code === 'u' ? 'd' : code), budget)
  }
  return /[eEfFgG]/.test(code)
    ? formatValue(number, `${start}${point}${code}`, budget)
    : fail(`unsupported format character '${code}'`)
}
