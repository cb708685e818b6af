import { bindArguments } from '../bind-arguments.ts'
import { equal, order } from '../compare.ts'
import { fail } from '../fault.ts'
import { iterate } from '../iterate.ts'
import { smallInt } from '../number.ts'
import { ListValue, truthy, type TupleValue, type Value } from '../value.ts'
import type { Method } from './method.ts'

const SHARED: readonly (readonly [string, Method<ListValue | TupleValue>])[] = [
  [
    'count',
    (list, args) => {
      const [value = null] = bindArguments('count', ['value'], args)
      return BigInt(list.items.filter((item) => equal(item, value)).length)
    },
  ],
  [
    'index',
    (list, args) => {
      const [value = null] = bindArguments('index', ['value'], args)
      const index = list.items.findIndex((item) => equal(item, value))
      return index < 0 ? fail('the value is not in the list') : BigInt(index)
    },
  ],
]

/** What a template can ask of a tuple. */
export const TUPLE_METHODS: ReadonlyMap<string, Method<TupleValue>> = new Map(SHARED)

/** What a template can ask of a list. */
export const LIST_METHODS: ReadonlyMap<string, Method<ListValue>> = new Map<string, Method<ListValue>>([
  ...SHARED,
  [
    'append',
    (list, args) => {
      list.items.push(bindArguments('append', ['object'], args)[0] ?? null)
      return null
    },
  ],
  [
    'extend',
    (list, args, { budget }) => {
      const [iterable = null] = bindArguments('extend', ['iterable'], args)
      for (const item of iterate(iterable, budget)) list.items.push(item)
      return null
    },
  ],
  [
    'insert',
    (list, args) => {
      const [index = null, value = null] = bindArguments('insert', ['index', 'object'], args)
      list.items.splice(smallInt(index, 'the index'), 0, value)
      return null
    },
  ],
  [
    'pop',
    (list, args) => {
      const [at = null] = bindArguments('pop', [['index', -1n]], args)
      const index = smallInt(at, 'the index')
      const position = index < 0 ? index + list.items.length : index
      const [value] = position < 0 ? [] : list.items.splice(position, 1)
      return value === undefined ? fail('pop index out of range') : value
    },
  ],
  ['copy', (list, _args, { budget }) => new ListValue([...iterate(list, budget)])],
  [
    'reverse',
    (list) => {
      list.items.reverse()
      return null
    },
  ],
  [
    'sort',
    (list, args, { budget }) => {
      const reverse: Value = args.named.get('reverse') ?? false
      budget.spend(list.items.length * 4)
      list.items.sort((a, b) => order(a, b))
      if (truthy(reverse)) list.items.reverse()
      return null
    },
  ],
])
