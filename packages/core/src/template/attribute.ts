import type { Budget } from './budget.ts'
import { hashOf } from './compare.ts'
import { fail } from './fault.ts'
import { methodOf } from './methods/index.ts'
import { numeric, smallInt } from './number.ts'
import { repr } from './repr.ts'
import { characterAt, characters, textLength } from './text.ts'
import { ListValue, TupleValue, typeName, UndefinedValue, type Value } from './value.ts'

/** `object.name`: an attribute or method, else what a dict has under the name. Undefined where there is neither. */
export function attribute(object: Value, name: string): Value {
  return attributeOf(object, name) ?? entry(object, name) ?? missing(object, name)
}

/** `object[key]`: an item, else an attribute of that name. Undefined where there is neither. */
export function item(object: Value, key: Value, budget: Budget): Value {
  const found = itemOf(object, key)
  if (found !== undefined) return found
  if (typeof key === 'string') return attributeOf(object, key) ?? missing(object, key)
  const what = repr(key, budget)
  return new UndefinedValue(`${typeName(object)} object has no element ${what}`)
}

/** `object[start:stop:step]`. */
export function slice(object: Value, start: Value, stop: Value, step: Value, budget: Budget): Value {
  const pick = <T>(items: readonly T[]): T[] => {
    const indexes = sliceIndexes(items.length, start, stop, step)
    budget.spend(indexes.length)
    return indexes.flatMap((index) => items.slice(index, index + 1))
  }
  if (typeof object === 'string') {
    budget.spend(object.length)
    return pick(characters(object)).join('')
  }
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'list') return new ListValue(pick(object.items))
    if (object.kind === 'tuple') return new TupleValue(pick(object.items))
    if (object.kind === 'range') {
      const { length } = object
      budget.spend(length)
      return new ListValue(pick(Array.from({ length }, (_, index): Value => object.at(index))))
    }
    if (object.kind === 'undefined') return fail(object.message)
  }
  return fail(`'${typeName(object)}' object cannot be sliced`)
}

/** As `attribute`, but not what a dict has under the name. */
export function member(object: Value, name: string): Value {
  return attributeOf(object, name) ?? missing(object, name)
}

function attributeOf(object: Value, name: string): Value | undefined {
  if (object !== null && typeof object === 'object') {
    if (object.kind === 'undefined') return fail(object.message)
    if (object.kind === 'object') return object.type.attribute?.(object.value, name)
    if (object.kind === 'namespace') return object.attributes.get(name)
  }
  return methodOf(object, name)
}

function entry(object: Value, name: string): Value | undefined {
  return object !== null && typeof object === 'object' && object.kind === 'dict'
    ? object.entries.get(hashOf(name))?.[1]
    : undefined
}

function itemOf(object: Value, key: Value): Value | undefined {
  const index = typeof numeric(key) === 'bigint' ? smallInt(key, 'an index') : null
  if (typeof object === 'string') {
    return index === null ? undefined : characterAt(object, index < 0 ? index + textLength(object) : index)
  }
  if (object === null || typeof object !== 'object') return undefined
  switch (object.kind) {
    case 'list':
    case 'tuple':
      return index === null ? undefined : object.items.at(index)
    case 'dict':
      return object.entries.get(hashOf(key))?.[1]
    case 'range': {
      const at = index !== null && index < 0 ? index + object.length : index
      return at === null || at < 0 || at >= object.length ? undefined : object.at(at)
    }
    case 'object':
      return index === null ? undefined : object.type.items?.(object.value).at(index)
    case 'undefined':
      return fail(object.message)
    default:
      return undefined
  }
}

function missing(object: Value, name: string): Value {
  return new UndefinedValue(`'${typeName(object)} object' has no attribute '${name}'`)
}

// As Python clips the bounds of a slice.
function sliceIndexes(length: number, start: Value, stop: Value, step: Value): number[] {
  const by = step === null ? 1 : smallInt(step, 'the step of a slice')
  if (by === 0) return fail('slice step cannot be zero')
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1]
  const bound = (value: Value, fallback: number): number => {
    if (value === null) return fallback
    const index = smallInt(value, 'the bound of a slice')
    return Math.min(Math.max(index < 0 ? index + length : index, low), high)
  }
  const [from, to] = by > 0 ? [bound(start, 0), bound(stop, length)] : [bound(start, length - 1), bound(stop, -1)]
  const indexes: number[] = []
  for (let index = from; by > 0 ? index < to : index > to; index += by) indexes.push(index)
  return indexes
}
