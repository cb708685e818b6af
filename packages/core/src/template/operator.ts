import type { Budget } from './budget.ts'
import { equal, hashOf, order } from './compare.ts'
import { fail } from './fault.ts'
import { bounded, numeric } from './number.ts'
import { percentFormat } from './percent-format.ts'
import { str } from './repr.ts'
import { ListValue, TupleValue, typeName, type Value } from './value.ts'

/** `left operator right`, as Python has it. */
export function binary(operator: string, left: Value, right: Value, budget: Budget): Value {
  if (operator === '~') return concatenated(str(left, budget), str(right, budget), budget)
  const [a, b] = [numeric(left), numeric(right)]
  if (a !== undefined && b !== undefined) {
    return typeof a === 'bigint' && typeof b === 'bigint'
      ? integers(operator, a, b)
      : floats(operator, Number(a), Number(b))
  }
  return special(operator, left, right, budget) ?? unsupported(operator, left, right)
}

function special(operator: string, left: Value, right: Value, budget: Budget): Value | undefined {
  if (left !== null && typeof left === 'object' && left.kind === 'object') {
    const result = left.type.operate?.(operator, left.value, right, false)
    if (result !== undefined) return result
  }
  if (right !== null && typeof right === 'object' && right.kind === 'object') {
    const result = right.type.operate?.(operator, right.value, left, true)
    if (result !== undefined) return result
  }
  if (operator === '+') return added(left, right, budget)
  if (operator === '%' && typeof left === 'string') return percentFormat(left, right, budget)
  if (operator === '*') return repeated(left, right, budget) ?? repeated(right, left, budget)
  return undefined
}

function added(left: Value, right: Value, budget: Budget): Value | undefined {
  if (typeof left === 'string') {
    if (typeof right === 'string') return concatenated(left, right, budget)
    return fail(`can only concatenate str (not "${typeName(right)}") to str`)
  }
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return undefined
  if (left.kind === 'list' && right.kind === 'list') return new ListValue(appended(left.items, right.items, budget))
  if (left.kind === 'tuple' && right.kind === 'tuple') return new TupleValue(appended(left.items, right.items, budget))
  return undefined
}

function appended(left: readonly Value[], right: readonly Value[], budget: Budget): Value[] {
  budget.spend(left.length + right.length)
  return [...left, ...right]
}

function concatenated(left: string, right: string, budget: Budget): string {
  budget.spendText(left.length + right.length)
  return left + right
}

function repeated(sequence: Value, count: Value, budget: Budget): Value | undefined {
  const number = numeric(count)
  if (typeof number !== 'bigint') return undefined
  const times = Math.max(0, Number(number))
  if (typeof sequence === 'string') {
    budget.spendText(sequence.length * times)
    // Nothing, however often, is nothing; and JavaScript would refuse a large count.
    return sequence === '' ? '' : sequence.repeat(times)
  }
  if (sequence === null || typeof sequence !== 'object') return undefined
  if (sequence.kind !== 'list' && sequence.kind !== 'tuple') return undefined
  const { items } = sequence
  budget.spend(items.length * times)
  const copies = items.length === 0 ? [] : Array.from({ length: times }, () => items).flat()
  return sequence.kind === 'list' ? new ListValue(copies) : new TupleValue(copies)
}

function integers(operator: string, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return bounded(a + b)
    case '-':
      return bounded(a - b)
    case '*':
      return bounded(a * b)
    case '/':
      return b === 0n ? fail('division by zero') : Number(a) / Number(b)
    case '//':
      return b === 0n ? fail('integer division or modulo by zero') : floorDivided(a, b)
    case '%':
      return b === 0n ? fail('integer division or modulo by zero') : a - b * floorDivided(a, b)
    default:
      return power(a, b)
  }
}

function floorDivided(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

function power(a: bigint, b: bigint): Value {
  if (b < 0n) return floats('**', Number(a), Number(b))
  const size = a < 0n ? -a : a
  // The bits of the result are known before it is computed.
  if (size > 1n && BigInt(size.toString(2).length - 1) * b > 4_096n) return bounded(2n ** 5_000n)
  return bounded(a ** b)
}

function floats(operator: string, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? fail('float division by zero') : a / b
    case '//':
      return b === 0 ? fail('float floor division by zero') : Math.floor(a / b)
    case '%': {
      if (b === 0) return fail('float modulo')
      const rest = a % b
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
    }
    default: {
      if (a === 0 && b < 0) return fail('0.0 cannot be raised to a negative power')
      const result = a ** b
      if (Number.isNaN(result) && !Number.isNaN(a) && !Number.isNaN(b)) return fail('the power is a complex number')
      return Number.isFinite(result) || !Number.isFinite(a) || !Number.isFinite(b)
        ? result
        : fail('Numerical result out of range')
    }
  }
}

/** `+x` and `-x`. */
export function unary(operator: '+' | '-', operand: Value): Value {
  const number = numeric(operand)
  if (number === undefined) return fail(`bad operand type for unary ${operator}: '${typeName(operand)}'`)
  return operator === '-' ? -number : number
}

/** `==`, `<`, `in` and the like. */
export function compare(operator: string, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equal(left, right)
    case '!=':
      return !equal(left, right)
    case '<':
      return order(left, right, operator) < 0
    case '<=':
      return order(left, right, operator) <= 0
    case '>':
      return order(left, right, operator) > 0
    case '>=':
      return order(left, right, operator) >= 0
    case 'in':
      return contains(right, left)
    default:
      return !contains(right, left)
  }
}

function contains(container: Value, item: Value): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item)
    return fail(`'in <string>' requires string as left operand, not ${typeName(item)}`)
  }
  if (container !== null && typeof container === 'object') {
    switch (container.kind) {
      case 'list':
      case 'tuple':
        return container.items.some((member) => equal(member, item))
      case 'dict':
        return container.entries.has(hashOf(item))
      case 'range': {
        const number = numeric(item)
        const index = number === undefined ? Number.NaN : (Number(number) - container.start) / container.step
        return Number.isInteger(index) && index >= 0 && index < container.length
      }
      case 'object': {
        const result = container.type.operate?.('in', container.value, item, true)
        if (typeof result === 'boolean') return result
        break
      }
      default:
    }
  }
  return fail(`argument of type '${typeName(container)}' is not iterable`)
}

function unsupported(operator: string, left: Value, right: Value): never {
  const name = operator === '**' ? '** or pow()' : operator
  return fail(`unsupported operand type(s) for ${name}: '${typeName(left)}' and '${typeName(right)}'`)
}
