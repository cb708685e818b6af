import { fail } from '../fault.ts'
import { CallableValue, type Value } from '../value.ts'
import { DICT_METHODS } from './dict-methods.ts'
import { LIST_METHODS, TUPLE_METHODS } from './list-methods.ts'
import { TEXT_METHODS } from './text-methods.ts'

/** A method of a value, bound to it; undefined where its type has none of the name. */
export function methodOf(value: Value, name: string): Value | undefined {
  if (typeof value === 'string') {
    const method = TEXT_METHODS.get(name)
    return method && new CallableValue(name, (args, running) => method(value, args, running))
  }
  if (value === null || typeof value !== 'object') return undefined
  switch (value.kind) {
    case 'list': {
      const method = LIST_METHODS.get(name)
      return method && new CallableValue(name, (args, running) => method(value, args, running))
    }
    case 'tuple': {
      const method = TUPLE_METHODS.get(name)
      return method && new CallableValue(name, (args, running) => method(value, args, running))
    }
    case 'dict': {
      const method = DICT_METHODS.get(name)
      return method && new CallableValue(name, (args, running) => method(value, args, running))
    }
    case 'undefined':
      return fail(value.message)
    default:
      return undefined
  }
}
