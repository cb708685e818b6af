import type { Budget } from './budget.ts'
import { pythonNumber } from '../document/index.ts'
import { exponentDigits, fixedDigits } from './decimal.ts'
import { fail } from './fault.ts'
import { numeric } from './number.ts'
import { str } from './repr.ts'
import { textLength } from './text.ts'
import { typeName, type Value } from './value.ts'

const SPEC = /^(?:([^])?([<>=^]))?([-+ ])?(#)?(0)?(\d{1,7})?([,_])?(?:\.(\d{1,4}))?([bcdeEfFgGnosxX%])?$/u

interface Spec {
  readonly fill: string
  readonly align: string
  readonly sign: string
  readonly alternate: boolean
  readonly width: number
  readonly grouping: string
  readonly precision: number | null
  readonly type: string
}

/** Python's `format(value, spec)`: `08.3f`, `>10`, `,`, `x`, and what types of their own make of it (dates: `%Y%m%d`). */
export function formatValue(value: Value, text: string, budget: Budget): string {
  if (value !== null && typeof value === 'object' && value.kind === 'object' && value.type.format !== undefined) {
    return value.type.format(value.value, text)
  }
  if (text === '') return str(value, budget)
  const spec = parseSpec(text, value)
  budget.spendText(spec.width + (spec.precision ?? 0))
  if (typeof value === 'string') return formatText(value, spec)
  const number = numeric(value)
  if (number === undefined) return fail(`unsupported format string passed to ${typeName(value)}.__format__`)
  const integer = typeof number === 'bigint' && /^[bcdnoxX]?$/.test(spec.type)
  if (typeof number === 'number' && /^[bcdosxX]$/.test(spec.type)) return unknownCode(spec.type, value)
  const digits = integer ? integerDigits(number, spec) : floatDigits(Number(number), spec)
  return signed(digits, integer ? number < 0n : Number(number) < 0 || Object.is(number, -0), spec)
}

function parseSpec(text: string, value: Value): Spec {
  const match = SPEC.exec(text)
  if (match === null) return fail(`Invalid format specifier '${text}' for object of type '${typeName(value)}'`)
  if (typeof value === 'string' && match[3] !== undefined) return fail('Sign not allowed in string format specifier')
  const [, fill, align, sign = '-', alternate, zero, width, grouping = '', precision, type = ''] = match
  const number = typeof value !== 'string'
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (number ? (zero === undefined ? '>' : '=') : '<'),
    sign,
    alternate: alternate !== undefined,
    width: width === undefined ? 0 : Number(width),
    grouping,
    precision: precision === undefined ? null : Number(precision),
    type,
  }
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') return unknownCode(spec.type, text)
  if (spec.align === '=') return fail(`'=' alignment not allowed in string format specifier`)
  const cut = spec.precision === null ? text : Array.from(text).slice(0, spec.precision).join('')
  return padded('', cut, spec)
}

function integerDigits(number: bigint, spec: Spec): { readonly prefix: string; readonly body: string } {
  const size = number < 0n ? -number : number
  if (spec.precision !== null) return fail('Precision not allowed in integer format specifier')
  if (spec.type === 'c')
    return {
      prefix: '',
      body: size > 0x10ffffn ? fail('%c arg not in range(0x110000)') : String.fromCodePoint(Number(size)),
    }
  const radix = { b: 2, o: 8, x: 16, X: 16 }[spec.type] ?? 10
  const digits = size.toString(radix)
  const prefix = spec.alternate && radix !== 10 ? `0${spec.type}` : ''
  return {
    prefix,
    body: grouped(spec.type === 'X' ? digits.toUpperCase() : digits, spec.grouping, radix === 10 ? 3 : 4),
  }
}

function floatDigits(number: number, spec: Spec): { readonly prefix: string; readonly body: string } {
  const size = Math.abs(number)
  const upper = /[EFG]/.test(spec.type)
  if (!Number.isFinite(size)) {
    const name = Number.isNaN(size) ? 'nan' : 'inf'
    return { prefix: '', body: (upper ? name.toUpperCase() : name) + (spec.type === '%' ? '%' : '') }
  }
  const text = floatText(size, spec)
  const [, whole = '', rest = ''] = /^(\d+)(.*)$/.exec(text) ?? []
  return { prefix: '', body: grouped(whole, spec.grouping, 3) + (upper ? rest.toUpperCase() : rest) }
}

function floatText(size: number, spec: Spec): string {
  const { precision } = spec
  switch (spec.type.toLowerCase()) {
    case 'f':
      return fixed(size, precision ?? 6)
    case '%':
      return `${fixed(size * 100, precision ?? 6)}%`
    case 'e':
      return exponent(exponentDigits(size, Math.min(precision ?? 6, 100)))
    case '':
      return precision === null ? pythonNumber(size, true) : general(size, precision, true)
    default:
      return general(size, precision ?? 6, false)
  }
}

function fixed(size: number, precision: number): string {
  // toFixed takes up to 100 digits, and gives large numbers an exponent.
  const digits = Math.min(precision, 100)
  if (size < 1e21) return fixedDigits(size, digits) + '0'.repeat(precision - digits)
  return `${BigInt(size)}${precision > 0 ? '.' : ''}${'0'.repeat(precision)}`
}

// The shorter of fixed and exponent, without trailing zeros, as `g` has it.
function general(size: number, precision: number, point: boolean): string {
  const digits = Math.min(Math.max(precision, 1), 100)
  const [mantissa = '', power = '0'] = exponentDigits(size, digits - 1).split('e')
  const scale = Number(power)
  const limit = point ? digits - 1 : digits
  if (scale < -4 || scale >= Math.max(limit, 1)) return exponent(`${trimmed(mantissa)}e${power}`)
  const text = trimmed(fixedDigits(size, Math.min(Math.max(digits - 1 - scale, 0), 100)))
  return point && !text.includes('.') ? `${text}.0` : text
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

function grouped(digits: string, separator: string, size: number): string {
  return separator === '' ? digits : digits.replace(new RegExp(`\\B(?=(?:[0-9a-zA-Z]{${size}})+$)`, 'g'), separator)
}

function signed(digits: { readonly prefix: string; readonly body: string }, negative: boolean, spec: Spec): string {
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign
  return padded(sign + digits.prefix, digits.body, spec)
}

function padded(head: string, body: string, spec: Spec): string {
  const missing = Math.max(0, spec.width - head.length - textLength(body))
  const pad = (count: number): string => spec.fill.repeat(count)
  switch (spec.align) {
    case '=':
      return head + pad(missing) + body
    case '<':
      return head + body + pad(missing)
    case '^':
      return pad(Math.floor(missing / 2)) + head + body + pad(Math.ceil(missing / 2))
    default:
      return pad(missing) + head + body
  }
}

function unknownCode(code: string, value: Value): never {
  return fail(`Unknown format code '${code}' for object of type '${typeName(value)}'`)
}
