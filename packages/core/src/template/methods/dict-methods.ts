import { bindArguments } from '../bind-arguments.ts'
import { hashOf } from '../compare.ts'
import { fail } from '../fault.ts'
import { repr } from '../repr.ts'
import { DictValue, ListValue, TupleValue, type Value } from '../value.ts'
import type { Method } from './method.ts'

/** What a template can ask of a dict. Lists are given where Python gives views. */
export const DICT_METHODS: ReadonlyMap<string, Method<DictValue>> = new Map<string, Method<DictValue>>([
  ['keys', (dict, args) => listed('keys', dict, args, ([key]) => key)],
  ['values', (dict, args) => listed('values', dict, args, ([, value]) => value)],
  ['items', (dict, args) => listed('items', dict, args, (entry) => new TupleValue(entry))],
  [
    'get',
    (dict, args) => {
      const [key = null, fallback = null] = bindArguments('get', ['key', ['default', null]], args)
      return dict.entries.get(hashOf(key))?.[1] ?? fallback
    },
  ],
  ['copy', (dict) => new DictValue(new Map(dict.entries))],
  [
    'update',
    (dict, args) => {
      for (const source of args.positional) {
        if (source === null || typeof source !== 'object' || source.kind !== 'dict')
          return fail('update expects a dict')
        for (const [hash, entry] of source.entries) dict.entries.set(hash, entry)
      }
      for (const [name, value] of args.named) dict.entries.set(hashOf(name), [name, value])
      return null
    },
  ],
  [
    'setdefault',
    (dict, args) => {
      const [key = null, fallback = null] = bindArguments('setdefault', ['key', ['default', null]], args)
      const known = dict.entries.get(hashOf(key))
      if (known !== undefined) return known[1]
      dict.entries.set(hashOf(key), [key, fallback])
      return fallback
    },
  ],
  [
    'pop',
    (dict, args, { budget }) => {
      const [key = null, fallback] = args.positional
      const known = dict.entries.get(hashOf(key))
      dict.entries.delete(hashOf(key))
      return known?.[1] ?? fallback ?? fail(`no key ${repr(key, budget)}`)
    },
  ],
])

function listed(
  name: string,
  dict: DictValue,
  args: Parameters<Method<DictValue>>[1],
  pick: (entry: readonly [Value, Value]) => Value,
): ListValue {
  bindArguments(name, [], args)
  return new ListValue(Array.from(dict.entries.values(), pick))
}
