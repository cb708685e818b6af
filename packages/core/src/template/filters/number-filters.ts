import { pythonNumber } from '../../document/index.ts'
import { fixedDigits } from '../decimal.ts'
import { fail } from '../fault.ts'
import { numeric, parseFloatText, parseInteger, smallInt, truncated } from '../number.ts'
import { typeName, type Value } from '../value.ts'
import { type Filter, filter } from './filter.ts'

/** Filters about numbers. */
export const NUMBER_FILTERS: readonly (readonly [string, Filter])[] = [
  filter('abs', [], (input) => {
    const number = numeric(input)
    if (number === undefined) return fail(`bad operand type for abs(): '${typeName(input)}'`)
    return number < 0 || Object.is(number, -0) ? -number : number
  }),
  // What is no number gives the default.
  filter(
    'int',
    [
      ['default', 0n],
      ['base', 10n],
    ],
    (input, [fallback = null, base = null]) => {
      const number = numeric(input)
      if (typeof number === 'bigint') return number
      if (typeof number === 'number') return Number.isFinite(number) ? truncated(number) : fallback
      if (typeof input !== 'string') return fallback
      const integer = parseInteger(input, smallInt(base, 'base'))
      if (integer !== undefined) return integer
      const float = parseFloatText(input)
      return float !== undefined && Number.isFinite(float) ? truncated(float) : fallback
    },
  ),
  filter('float', [['default', 0]], (input, [fallback = null]) => {
    const number = numeric(input)
    if (number !== undefined) return Number(number)
    return typeof input === 'string' ? (parseFloatText(input) ?? fallback) : fallback
  }),
  filter(
    'round',
    [
      ['precision', 0n],
      ['method', 'common'],
    ],
    (input, [precision = null, method = null]) => {
      const number = numeric(input)
      if (number === undefined) return fail(`type ${typeName(input)} cannot be rounded`)
      const digits = smallInt(precision, 'precision')
      if (Math.abs(digits) > 100) return fail('precision is out of range')
      if (method === 'common') return typeof number === 'bigint' ? roundedInt(number, digits) : rounded(number, digits)
      if (method !== 'ceil' && method !== 'floor') return fail('method must be common, ceil or floor')
      const scale = 10 ** digits
      return (method === 'ceil' ? Math.ceil : Math.floor)(Number(number) * scale) / scale
    },
  ),
  filter('filesizeformat', [['binary', false]], (input, [binary = null]) => {
    const bytes = typeof input === 'string' ? parseFloatText(input) : numeric(input)
    if (bytes === undefined) return fail(`${typeName(input)} is not a size`)
    return fileSize(Number(bytes), binary === true)
  }),
]

// Halves go to the even neighbour, and the decimal value of the float decides, as in Python.
function rounded(number: number, digits: number): Value {
  if (!Number.isFinite(number)) return number
  if (digits < 0) {
    const scale = 10 ** -digits
    return halfEven(number / scale) * scale
  }
  if (digits === 0) return halfEven(number)
  const size = Math.abs(number)
  return size < 1e21 ? Math.sign(number) * Number(fixedDigits(size, digits)) : number
}

function halfEven(number: number): number {
  const floor = Math.floor(number)
  const rest = number - floor
  const whole = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
  // What is rounded up to zero keeps its sign.
  return whole === 0 && number < 0 ? -0 : whole
}

function roundedInt(number: bigint, digits: number): bigint {
  if (digits >= 0) return number
  const scale = 10n ** BigInt(-digits)
  const rest = ((number % scale) + scale) % scale
  const floor = number - rest
  const up = rest * 2n > scale || (rest * 2n === scale && (floor / scale) % 2n !== 0n)
  return up ? floor + scale : floor
}

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000
  const names = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${pythonNumber(Math.trunc(bytes), false)} Bytes`
  const power = Math.min(Math.floor(Math.log(bytes) / Math.log(base) + 1e-12), names.length)
  return `${(bytes / base ** power).toFixed(1)} ${names[power - 1]}`
}
