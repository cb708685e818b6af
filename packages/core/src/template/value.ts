import type { Budget } from './budget.ts'
import { fail } from './fault.ts'

/**
 * A value in a template, after Python: `bigint` is int, `number` is float, `null` is None. Nothing of the host is among them: attributes
 * and methods come from tables, never from JavaScript objects.
 */
export type Value = null | boolean | bigint | number | string | Composite
export type Composite =
  | ListValue
  | TupleValue
  | DictValue
  | RangeValue
  | NamespaceValue
  | CallableValue
  | ObjectValue
  | UndefinedValue

export class ListValue {
  readonly kind = 'list'
  readonly items: Value[]

  constructor(items: Value[]) {
    this.items = items
  }
}

export class TupleValue {
  readonly kind = 'tuple'
  readonly items: readonly Value[]

  constructor(items: readonly Value[]) {
    this.items = items
  }
}

/** Keys by their hash (`hashOf`), in the order in which they came. */
export class DictValue {
  readonly kind = 'dict'
  readonly entries: Map<string, readonly [key: Value, value: Value]>

  constructor(entries: Map<string, readonly [key: Value, value: Value]> = new Map()) {
    this.entries = entries
  }
}

/** Numbers that are made when asked for. */
export class RangeValue {
  readonly kind = 'range'
  readonly start: number
  readonly step: number
  readonly length: number

  constructor(start: number, stop: number, step: number) {
    this.start = start
    this.step = step
    this.length = Math.max(0, Math.ceil((stop - start) / step))
  }

  at(index: number): bigint {
    return BigInt(this.start + index * this.step)
  }
}

/** What `namespace()` gives: the one thing whose attributes `set` can change. */
export class NamespaceValue {
  readonly kind = 'namespace'
  readonly attributes: Map<string, Value> = new Map()
}

/** Arguments of a call, a filter or a test. */
export interface Arguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}

/** What functions of templates may use while they run. */
export interface Running {
  readonly budget: Budget
  attribute(object: Value, name: string): Value
  item(object: Value, key: Value): Value
  filter(name: string, input: Value, args: Arguments): Value
  test(name: string, input: Value, args: Arguments): boolean
}

export type TemplateFunction = (args: Arguments, running: Running) => Value

export class CallableValue {
  readonly kind = 'callable'
  readonly name: string
  readonly call: TemplateFunction

  constructor(name: string, call: TemplateFunction) {
    this.name = name
    this.call = call
  }
}

/** An immutable value of a type that is not Python's own, such as a date. What a template can do with it is all here. */
export interface ObjectType<T> {
  readonly name: string
  str(value: T): string
  repr(value: T): string
  /** What it is as a number, for a type whose values are numbers with names. */
  number?(value: T): bigint
  /** What it unpacks to. */
  items?(value: T): readonly Value[]
  /** Undefined where there is no such attribute or method. */
  attribute?(value: T, name: string): Value | undefined
  /** `value + other` and so on; `reflected` for `other + value`. Undefined where the operation makes no sense. */
  operate?(operator: string, value: T, other: Value, reflected: boolean): Value | undefined
  /** Negative, zero, positive; undefined where they cannot be compared. */
  compare?(value: T, other: Value): number | undefined
  /** `format(value, spec)`. */
  format?(value: T, spec: string): string
  /** `value(...)`. */
  call?(value: T, args: Arguments, running: Running): Value
}

export class ObjectValue<T = unknown> {
  readonly kind = 'object'
  readonly type: ObjectType<T>
  readonly value: T

  constructor(type: ObjectType<T>, value: T) {
    this.type = type
    this.value = value
  }
}

/** What a name without a value gives. Only `default` and `is defined` can take it. */
export class UndefinedValue {
  readonly kind = 'undefined'
  readonly message: string
  /** What it stands for where anything else takes it; null where that is an error. */
  readonly fallback: string | null

  constructor(message: string, fallback: string | null = null) {
    this.message = message
    this.fallback = fallback
  }
}

/** The name of a value's type, as Python has it. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float'
  if (typeof value === 'string') return 'str'
  if (value.kind === 'object') return value.type.name
  return value.kind === 'callable' ? 'function' : value.kind
}

/** What counts as true: all but None, False, zero, and what is empty. */
export function truthy(value: Value): boolean {
  if (value === null || typeof value !== 'object') return Boolean(value)
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.length > 0
    case 'dict':
      return value.entries.size > 0
    case 'range':
      return value.length > 0
    case 'undefined':
      return fail(value.message)
    case 'object':
      return value.type.number?.(value.value) !== 0n
    default:
      return true
  }
}
