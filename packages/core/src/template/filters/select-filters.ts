import { attribute, item } from '../attribute.ts'
import { NO_ARGS } from '../bind-arguments.ts'
import { text } from '../expect-value.ts'
import { fail } from '../fault.ts'
import { iterate } from '../iterate.ts'
import { type Arguments, ListValue, type Running, truthy, UndefinedValue, type Value } from '../value.ts'
import type { Filter } from './filter.ts'

/** Filters that look at each item, by an attribute, another filter or a test. They give lists. */
export const SELECT_FILTERS: readonly (readonly [string, Filter])[] = [
  ['map', mapped],
  ['select', (input, args, running) => chosen(input, args, running, true, false)],
  ['reject', (input, args, running) => chosen(input, args, running, false, false)],
  ['selectattr', (input, args, running) => chosen(input, args, running, true, true)],
  ['rejectattr', (input, args, running) => chosen(input, args, running, false, true)],
]

/** How to get at an attribute given as `name`, `a.b` or a number; undefined values are left to who asks. */
export function attributeGetter(path: Value, running: Running): (value: Value) => Value {
  const steps: readonly Value[] =
    typeof path === 'string' ? path.split('.').map((step) => (/^\d+$/.test(step) ? BigInt(step) : step)) : [path]
  return (value) => {
    let at = value
    for (const step of steps) {
      // As `foo[name]`, in Jinja as well.
      at =
        typeof step === 'string' && at !== null && typeof at === 'object' && at.kind === 'namespace'
          ? attribute(at, step)
          : item(at, step, running.budget)
    }
    return at
  }
}

/** The value, unless it is undefined. */
export function defined(value: Value): Value {
  return value !== null && typeof value === 'object' && value.kind === 'undefined' ? fail(value.message) : value
}

function mapped(input: Value, args: Arguments, running: Running): Value {
  const items = iterate(input, running.budget)
  const path = args.named.get('attribute')
  if (path !== undefined && args.positional.length === 0) {
    const get = attributeGetter(path, running)
    const fallback = args.named.get('default')
    return new ListValue(
      items.map((one) => {
        const value = get(one)
        return value instanceof UndefinedValue && fallback !== undefined ? fallback : defined(value)
      }),
    )
  }
  const [name, ...rest] = args.positional
  if (name === undefined) return fail('map requires a filter argument')
  const filterArgs = { positional: rest, named: args.named }
  return new ListValue(items.map((one) => running.filter(text(name, 'the name of a filter'), one, filterArgs)))
}

function chosen(input: Value, args: Arguments, running: Running, keep: boolean, byAttribute: boolean): Value {
  const items = iterate(input, running.budget)
  const positional = [...args.positional]
  const path = byAttribute ? positional.shift() : undefined
  if (byAttribute && path === undefined) return fail('missing parameter for attribute name')
  const get = path === undefined ? (value: Value): Value => value : attributeGetter(path, running)
  const [test, ...rest] = positional
  const holds = (value: Value): boolean =>
    test === undefined
      ? truthy(defined(value))
      : running.test(
          text(test, 'the name of a test'),
          value,
          rest.length === 0 ? NO_ARGS : { positional: rest, named: args.named },
        )
  return new ListValue(items.filter((one) => holds(get(one)) === keep))
}
