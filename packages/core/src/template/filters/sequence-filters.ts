import { member } from '../attribute.ts'
import { text } from '../expect-value.ts'
import { binary } from '../operator.ts'
import { equal, hashOf, order } from '../compare.ts'
import { fail } from '../fault.ts'
import { iterate } from '../iterate.ts'
import { smallInt } from '../number.ts'
import { repr } from '../repr.ts'
import { lengthOf } from '../length.ts'
import { characters } from '../text.ts'
import { toJson } from '../to-json.ts'
import {
  DictValue,
  ListValue,
  type Running,
  truthy,
  TupleValue,
  typeName,
  UndefinedValue,
  type Value,
} from '../value.ts'
import { type Filter, filter } from './filter.ts'
import { attributeGetter, defined } from './select-filters.ts'

/** Filters about lists and the like. */
export const SEQUENCE_FILTERS: readonly (readonly [string, Filter])[] = [
  ...['length', 'count'].map((name) => filter(name, [], (input) => lengthOf(input))),
  filter('list', [], (input, _values, { budget }) => new ListValue([...iterate(input, budget)])),
  filter('first', [], (input, _values, { budget }) => iterate(input, budget)[0] ?? nothing('first')),
  filter('last', [], (input, _values, { budget }) => iterate(input, budget).at(-1) ?? nothing('last')),
  filter('reverse', [], (input, _values, { budget }) =>
    typeof input === 'string'
      ? characters(input).toReversed().join('')
      : new ListValue([...iterate(input, budget)].reverse()),
  ),
  filter(
    'sort',
    [
      ['reverse', false],
      ['case_sensitive', false],
      ['attribute', null],
    ],
    (input, values, running) => {
      const [reverse = null, sensitive = null, path = null] = values
      return new ListValue(
        sorted(iterate(input, running.budget), sortKey(path, sensitive, running), truthy(reverse), running),
      )
    },
  ),
  filter(
    'unique',
    [
      ['case_sensitive', false],
      ['attribute', null],
    ],
    (input, [sensitive = null, path = null], running) => {
      const key = sortKey(path, sensitive, running)
      const seen = new Set<string>()
      return new ListValue(iterate(input, running.budget).filter((one) => seen.size < seen.add(hashOf(key(one))).size))
    },
  ),
  ...(['min', 'max'] as const).map((name) =>
    filter(
      name,
      [
        ['case_sensitive', false],
        ['attribute', null],
      ],
      (input, [sensitive = null, path = null], running) => {
        const key = sortKey(path, sensitive, running)
        const items = iterate(input, running.budget)
        let best = items[0]
        for (const one of items.slice(1)) {
          const difference = order(key(one), key(best ?? null))
          if (name === 'min' ? difference < 0 : difference > 0) best = one
        }
        return best ?? nothing(name)
      },
    ),
  ),
  filter(
    'sum',
    [
      ['attribute', null],
      ['start', 0n],
    ],
    (input, [path = null, start = null], running) => {
      const get = path === null ? (value: Value): Value => value : attributeGetter(path, running)
      return iterate(input, running.budget).reduce(
        (sum, one) => binary('+', sum, defined(get(one)), running.budget),
        start,
      )
    },
  ),
  filter('groupby', ['attribute', ['default', null], ['case_sensitive', false]], grouped),
  filter('batch', ['linecount', ['fill_with', null]], (input, [count = null, fill = null], { budget }) => {
    const size = smallInt(count, 'linecount')
    if (size < 1) return fail('linecount must be at least 1')
    const items = iterate(input, budget)
    const rows: Value[] = []
    for (let at = 0; at < items.length; at += size)
      rows.push(new ListValue(filled(items.slice(at, at + size), size, fill, budget)))
    return new ListValue(rows)
  }),
  filter('slice', ['slices', ['fill_with', null]], (input, [count = null, fill = null], { budget }) => {
    const slices = smallInt(count, 'slices')
    if (slices < 1) return fail('slices must be at least 1')
    budget.spend(slices)
    const items = iterate(input, budget)
    const [each, longer] = [Math.floor(items.length / slices), items.length % slices]
    return new ListValue(
      Array.from({ length: slices }, (_, index) => {
        const start = index * each + Math.min(index, longer)
        const part = items.slice(start, start + each + (index < longer ? 1 : 0))
        return new ListValue(index >= longer ? filled(part, each + 1, fill, budget) : [...part])
      }),
    )
  }),
  filter(
    'dictsort',
    [
      ['case_sensitive', false],
      ['by', 'key'],
      ['reverse', false],
    ],
    (input, values, running) => {
      const [sensitive = null, by = null, reverse = null] = values
      if (by !== 'key' && by !== 'value') return fail("by must be 'key' or 'value'")
      const key = sortKey(by === 'key' ? 0n : 1n, sensitive, running)
      return new ListValue(sorted(pairs(input), key, truthy(reverse), running))
    },
  ),
  filter('items', [], (input) => new ListValue(pairs(input))),
  filter('attr', ['name'], (input, [name = null]) => member(input, text(name, 'the name of an attribute'))),
  filter('pprint', [], (input, _values, { budget }) => repr(input, budget)),
  filter('tojson', [['indent', null]], (input, [indent = null], { budget }) => {
    const json = toJson(input, indent === null ? null : smallInt(indent, 'indent'), budget)
    // Jinja makes it safe to put into HTML.
    return json.replace(/[<>&']/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
  }),
]

function nothing(name: string): Value {
  return new UndefinedValue(`there is no ${name} item, the sequence is empty`)
}

function pairs(input: Value): Value[] {
  return input instanceof DictValue
    ? Array.from(input.entries.values(), (entry) => new TupleValue(entry))
    : fail(`expected a mapping, not ${typeName(input)}`)
}

function sortKey(path: Value, sensitive: Value, running: Running): (value: Value) => Value {
  const lower = (value: Value): Value => (typeof value === 'string' && !truthy(sensitive) ? value.toLowerCase() : value)
  if (path === null) return lower
  const getters = (typeof path === 'string' ? path.split(',') : [path]).map((one) => attributeGetter(one, running))
  const [only] = getters
  if (getters.length === 1 && only !== undefined) return (value) => lower(defined(only(value)))
  return (value) => new TupleValue(getters.map((get) => lower(defined(get(value)))))
}

function sorted(items: readonly Value[], key: (value: Value) => Value, reverse: boolean, { budget }: Running): Value[] {
  budget.spend(items.length * 4)
  const keyed = items.map((value) => ({ value, key: key(value) }))
  keyed.sort((a, b) => (reverse ? order(b.key, a.key) : order(a.key, b.key)))
  return keyed.map(({ value }) => value)
}

function grouped(
  input: Value,
  [path = null, fallback = null, sensitive = null]: readonly Value[],
  running: Running,
): Value {
  const get = attributeGetter(path, running)
  const key = (value: Value): Value => {
    const found = get(value)
    const own = found instanceof UndefinedValue && fallback !== null ? fallback : defined(found)
    return typeof own === 'string' && !truthy(sensitive) ? own.toLowerCase() : own
  }
  const groups: { readonly key: Value; readonly shown: Value; readonly items: Value[] }[] = []
  for (const one of sorted(iterate(input, running.budget), key, false, running)) {
    const group = groups.at(-1)
    if (group !== undefined && equal(group.key, key(one))) group.items.push(one)
    else groups.push({ key: key(one), shown: keyAsWritten(get(one), fallback), items: [one] })
  }
  return new ListValue(groups.map((group) => new TupleValue([group.shown, new ListValue(group.items)])))
}

function keyAsWritten(value: Value, fallback: Value): Value {
  return value instanceof UndefinedValue ? fallback : value
}

function filled(items: readonly Value[], size: number, fill: Value, budget: Running['budget']): Value[] {
  if (fill === null) return [...items]
  budget.spend(size)
  return [...items, ...Array.from({ length: size - items.length }, () => fill)]
}
