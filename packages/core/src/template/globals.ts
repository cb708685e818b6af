import { bindArguments } from './bind-arguments.ts'
import { hashOf } from './compare.ts'
import { fail } from './fault.ts'
import { iterate } from './iterate.ts'
import { smallInt } from './number.ts'
import { CallableValue, DictValue, NamespaceValue, RangeValue, type TemplateFunction, type Value } from './value.ts'

/** A function as templates see it. */
export function callable(name: string, call: TemplateFunction): readonly [string, CallableValue] {
  return [name, new CallableValue(name, call)]
}

const range: TemplateFunction = (args) => {
  const first = bindArguments('range', ['start', ['stop', null], ['step', 1n]], args)
  const [start = null, stop = null, step = null] = args.positional.length === 1 ? [0n, first[0] ?? null, 1n] : first
  const by = smallInt(step, 'the step of range')
  if (by === 0) return fail('range() arg 3 must not be zero')
  return new RangeValue(smallInt(start, 'the start of range'), smallInt(stop, 'the stop of range'), by)
}

const dict: TemplateFunction = (args, { budget }) => {
  const result = new DictValue()
  const put = (key: Value, value: Value): void => void result.entries.set(hashOf(key), [key, value])
  const [source] = args.positional
  if (source instanceof DictValue) for (const [key, value] of source.entries.values()) put(key, value)
  else if (source !== undefined) {
    for (const entry of iterate(source, budget)) {
      const [key, value, ...rest] = iterate(entry, budget)
      if (key === undefined || value === undefined || rest.length > 0) return fail('dict expects pairs')
      put(key, value)
    }
  }
  for (const [name, value] of args.named) put(name, value)
  return result
}

const namespace: TemplateFunction = (args) => {
  const result = new NamespaceValue()
  const [source] = args.positional
  if (source instanceof DictValue) {
    for (const [key, value] of source.entries.values()) if (typeof key === 'string') result.attributes.set(key, value)
  } else if (source !== undefined) return fail('namespace expects a dict')
  for (const [name, value] of args.named) result.attributes.set(name, value)
  return result
}

/** The functions that every template has, as in Jinja; `cycler`, `joiner` and `lipsum` are left out. */
export const GLOBALS: ReadonlyMap<string, Value> = new Map([
  callable('range', range),
  callable('dict', dict),
  callable('namespace', namespace),
])
