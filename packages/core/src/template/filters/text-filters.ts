import type { Budget } from '../budget.ts'
import { text } from '../expect-value.ts'
import { fail } from '../fault.ts'
import { iterate } from '../iterate.ts'
import { smallInt } from '../number.ts'
import { percentFormat } from '../percent-format.ts'
import { replaced } from '../replace.ts'
import { str } from '../repr.ts'
import { capitalize, characters, strip, textLength } from '../text.ts'
import { DictValue, ListValue, type Running, TupleValue, truthy, type Value } from '../value.ts'
import { lengthOf } from '../length.ts'
import { type Filter, filter } from './filter.ts'

const HTML: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&#39;'],
  ['"', '&#34;'],
])

/** Filters that give a text made from the text of their input. */
export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  onText('upper', (input) => input.toUpperCase()),
  onText('lower', (input) => input.toLowerCase()),
  onText('capitalize', capitalize),
  onText('title', (input) => input.replace(/[^\-\s({[<]+/g, capitalize)),
  onText('string', (input) => input),
  onText('safe', (input) => input),
  ...['escape', 'e', 'forceescape'].map((name) => onText(name, escapeHtml)),
  onText('wordcount', (input) => BigInt(input.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
  filter('trim', [['chars', null]], (input, [chars = null], { budget }) =>
    strip(str(input, budget), chars === null ? null : text(chars, 'chars'), 'both'),
  ),
  filter('urlencode', [], (input, _values, { budget }) => {
    const pairs =
      input instanceof DictValue
        ? Array.from(input.entries.values())
        : input instanceof ListValue
          ? input.items.map((item) => iterate(item, budget))
          : null
    if (pairs === null) return urlencoded(str(input, budget)).replaceAll('%2F', '/')
    const part = (value: Value = null): string => urlencoded(str(value, budget)).replaceAll('%20', '+')
    return pairs.map(([key, value]) => `${part(key)}=${part(value)}`).join('&')
  }),
  filter('replace', ['old', 'new', ['count', null]], (input, [old = null, by = null, count = null], { budget }) =>
    replaced(
      str(input, budget),
      str(old, budget),
      str(by, budget),
      count === null ? -1 : smallInt(count, 'count'),
      budget,
    ),
  ),
  filter('center', [['width', 80n]], (input, [width = null], running) => {
    const method = running.filter('string', input, { positional: [], named: new Map() })
    const self = text(method, 'the input')
    const missing = Math.max(0, smallInt(width, 'width') - textLength(self))
    running.budget.spendText(self.length + missing)
    const oddLeft = missing % 2 === 1 && (missing + textLength(self)) % 2 === 1 ? 1 : 0
    const before = Math.floor(missing / 2) + oddLeft
    return ' '.repeat(before) + self + ' '.repeat(missing - before)
  }),
  filter(
    'indent',
    [
      ['width', 4n],
      ['first', false],
      ['blank', false],
    ],
    indented,
  ),
  filter(
    'truncate',
    [
      ['length', 255n],
      ['killwords', false],
      ['end', '...'],
      ['leeway', 5n],
    ],
    (input, [length = null, kill = null, end = null, leeway = null]) => {
      const [size, tail] = [smallInt(length, 'length'), text(end, 'end')]
      // A short list is left as it is.
      if (typeof input !== 'string' && Number(lengthOf(input)) <= size + smallInt(leeway, 'leeway')) return input
      const all = characters(text(input, 'what is truncated'))
      if (size < tail.length) return fail(`expected length >= ${tail.length}, got ${size}`)
      if (all.length <= size + smallInt(leeway, 'leeway')) return all.join('')
      const cut = all.slice(0, size - textLength(tail)).join('')
      const space = truthy(kill) ? -1 : cut.lastIndexOf(' ')
      return (space < 0 ? cut : cut.slice(0, space)) + tail
    },
  ),
  [
    'format',
    (input, args, { budget }) => {
      const format = str(input, budget)
      if (args.named.size === 0) return percentFormat(format, new TupleValue(args.positional), budget)
      return fail('the filter format takes positional arguments only')
    },
  ],
  filter(
    'join',
    [
      ['d', ''],
      ['attribute', null],
    ],
    (input, [separator = null, attribute = null], running) => {
      const { budget } = running
      const picked =
        attribute === null
          ? input
          : running.filter('map', input, { positional: [], named: new Map([['attribute', attribute]]) })
      const [between, parts] = [str(separator, budget), iterate(picked, budget).map((item) => str(item, budget))]
      budget.spendText(parts.reduce((length, part) => length + part.length + between.length, 0))
      return parts.join(between)
    },
  ),
  filter('wordwrap', [['width', 79n]], (input, [width = null], { budget }) => {
    const size = smallInt(width, 'width')
    if (size < 1) return fail('width must be at least 1')
    const lines = str(input, budget).replace(/\n$/, '').split('\n')
    budget.spend(lines.reduce((count, line) => count + line.length, 0) / 8)
    return lines.map((line) => wrapped(line, size, budget)).join('\n')
  }),
]

function onText(name: string, apply: (input: string) => Value): readonly [string, Filter] {
  return filter(name, [], (input, _values, { budget }) => {
    const self = str(input, budget)
    budget.spendText(self.length)
    return apply(self)
  })
}

function indented(
  input: Value,
  [width = null, first = null, blank = null]: readonly Value[],
  { budget }: Running,
): Value {
  const size = typeof width === 'string' ? width.length : smallInt(width, 'width')
  const lines = str(input, budget).split('\n')
  budget.spendText(lines.reduce((length, line) => length + line.length + size + 1, 0))
  const indent = typeof width === 'string' ? width : ' '.repeat(Math.max(0, size))
  return lines
    .map((line, index) =>
      (index === 0 && !truthy(first)) || (index > 0 && line === '' && !truthy(blank)) ? line : indent + line,
    )
    .join('\n')
}

function escapeHtml(input: string): string {
  return input.replace(/[&<>'"]/g, (character) => HTML.get(character) ?? character)
}

// As Python's quote has it, with `/` quoted too.
function urlencoded(input: string): string {
  return encodeURIComponent(input.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function wrapped(line: string, width: number, budget: Budget): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length <= width) current = `${current} ${word}`
    else {
      if (current !== '') lines.push(current)
      budget.spend(Math.ceil(word.length / width))
      let from = 0
      for (; from + width < word.length; from += width) lines.push(word.slice(from, from + width))
      current = word.slice(from)
    }
  }
  lines.push(current)
  return lines.join('\n')
}
