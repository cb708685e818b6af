import { bindArguments, type ParameterSpec } from '../bind-arguments.ts'
import { text, textOrNull } from '../expect-value.ts'
import { fail } from '../fault.ts'
import { smallInt } from '../number.ts'
import { braceFormat } from '../brace-format.ts'
import { iterate } from '../iterate.ts'
import { replaced } from '../replace.ts'
import { capitalize, characters, isSpace, splitSpace, strip, textLength, titleCase } from '../text.ts'
import { ListValue, truthy, TupleValue, typeName, type Value } from '../value.ts'
import type { Method } from './method.ts'

/** What a template can ask of a text: Python's methods, but those about bytes. */
export const TEXT_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  plain('upper', (self) => self.toUpperCase()),
  plain('lower', (self) => self.toLowerCase()),
  plain('casefold', (self) => self.toLowerCase()),
  plain('title', titleCase),
  plain('capitalize', capitalize),
  plain('swapcase', swapCase),
  plain('isdigit', (self) => /^\p{Nd}+$/u.test(self)),
  plain('isdecimal', (self) => /^\p{Nd}+$/u.test(self)),
  plain('isnumeric', (self) => /^\p{N}+$/u.test(self)),
  plain('isalpha', (self) => /^\p{L}+$/u.test(self)),
  plain('isalnum', (self) => /^[\p{L}\p{N}]+$/u.test(self)),
  plain('isspace', (self) => self !== '' && characters(self).every(isSpace)),
  plain('isupper', (self) => self === self.toUpperCase() && self !== self.toLowerCase()),
  plain('islower', (self) => self === self.toLowerCase() && self !== self.toUpperCase()),
  plain('istitle', (self) => /\p{L}/u.test(self) && self === titleCase(self)),
  plain('isidentifier', (self) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(self)),
  ...(['both', 'left', 'right'] as const).map((ends) => {
    const name = { both: 'strip', left: 'lstrip', right: 'rstrip' }[ends]
    return bound(name, [['chars', null]], (self, [chars = null]) => strip(self, textOrNull(chars, 'chars'), ends))
  }),
  bound('startswith', ['prefix'], (self, [prefix = null]) => affixes(prefix).some((one) => self.startsWith(one))),
  bound('endswith', ['suffix'], (self, [suffix = null]) => affixes(suffix).some((one) => self.endsWith(one))),
  bound('removeprefix', ['prefix'], (self, [prefix = null]) => {
    const removed = text(prefix, 'prefix')
    return self.startsWith(removed) ? self.slice(removed.length) : self
  }),
  bound('removesuffix', ['suffix'], (self, [suffix = null]) => {
    const removed = text(suffix, 'suffix')
    return removed !== '' && self.endsWith(removed) ? self.slice(0, -removed.length) : self
  }),
  bound('find', ['sub'], (self, [sub = null]) => position(self, self.indexOf(text(sub, 'sub')))),
  bound('rfind', ['sub'], (self, [sub = null]) => position(self, self.lastIndexOf(text(sub, 'sub')))),
  bound('index', ['sub'], (self, [sub = null]) => found(position(self, self.indexOf(text(sub, 'sub'))))),
  bound('rindex', ['sub'], (self, [sub = null]) => found(position(self, self.lastIndexOf(text(sub, 'sub'))))),
  bound('count', ['sub'], (self, [sub = null]) => {
    const part = text(sub, 'sub')
    return BigInt(part === '' ? textLength(self) + 1 : self.split(part).length - 1)
  }),
  [
    'replace',
    (self, args, { budget }) => {
      const [old = null, by = null, count = null] = bindArguments('replace', ['old', 'new', ['count', -1n]], args)
      return replaced(self, text(old, 'old'), text(by, 'new'), smallInt(count, 'count'), budget)
    },
  ],
  ['split', (self, args, { budget }) => split(self, 'split', args, budget.spend.bind(budget))],
  ['rsplit', (self, args, { budget }) => split(self, 'rsplit', args, budget.spend.bind(budget))],
  bound('splitlines', [['keepends', false]], (self, [keepEnds = null]) => {
    const lines = truthy(keepEnds)
      ? (self.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [])
      : self.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)
    return new ListValue(self === '' ? [] : [...lines])
  }),
  bound('partition', ['sep'], (self, [sep = null]) => partition(self, text(sep, 'sep'), false)),
  bound('rpartition', ['sep'], (self, [sep = null]) => partition(self, text(sep, 'sep'), true)),
  [
    'join',
    (self, args, { budget }) => {
      const [iterable = null] = bindArguments('join', ['iterable'], args)
      const parts = iterate(iterable, budget).map((item) =>
        typeof item === 'string' ? item : fail(`join expects str items, not ${typeName(item)}`),
      )
      budget.spendText(parts.reduce((length, part) => length + part.length + self.length, 0))
      return parts.join(self)
    },
  ],
  justified('center', (missing, length) => {
    // Python puts the odd one left where the whole width is odd.
    const left = Math.floor(missing / 2) + (missing % 2 === 1 && (missing + length) % 2 === 1 ? 1 : 0)
    return left
  }),
  justified('ljust', () => 0),
  justified('rjust', (missing) => missing),
  [
    'zfill',
    (self, args, { budget }) => {
      const width = smallInt(bindArguments('zfill', ['width'], args)[0] ?? null, 'width')
      budget.spendText(width)
      const sign = /^[-+]/.exec(self)?.[0] ?? ''
      return sign + '0'.repeat(Math.max(0, width - textLength(self))) + self.slice(sign.length)
    },
  ],
  ['format', braceFormat],
])

function plain(name: string, act: (self: string) => Value): readonly [string, Method<string>] {
  return [
    name,
    (self, args, { budget }) => {
      bindArguments(name, [], args)
      budget.spendText(self.length)
      return act(self)
    },
  ]
}

function bound(
  name: string,
  params: readonly ParameterSpec[],
  act: (self: string, values: readonly Value[]) => Value,
): readonly [string, Method<string>] {
  return [
    name,
    (self, args, { budget }) => {
      budget.spendText(self.length)
      return act(self, bindArguments(name, params, args))
    },
  ]
}

function justified(name: string, left: (missing: number, length: number) => number): readonly [string, Method<string>] {
  return [
    name,
    (self, args, { budget }) => {
      const [width = null, fill = null] = bindArguments(name, ['width', ['fillchar', ' ']], args)
      const character = text(fill, 'fillchar')
      if (textLength(character) !== 1) return fail('the fill character must be exactly one character long')
      const length = textLength(self)
      const missing = Math.max(0, smallInt(width, 'width') - length)
      budget.spendText(self.length + missing)
      const before = left(missing, length)
      return character.repeat(before) + self + character.repeat(missing - before)
    },
  ]
}

function split(
  self: string,
  name: 'split' | 'rsplit',
  args: Parameters<Method<string>>[1],
  spend: (count: number) => void,
): ListValue {
  const [sep = null, maxsplit = null] = bindArguments(
    name,
    [
      ['sep', null],
      ['maxsplit', -1n],
    ],
    args,
  )
  const max = smallInt(maxsplit, 'maxsplit')
  spend(Math.floor(self.length / 8))
  const parts =
    sep === null
      ? // From the left it is the same when nothing limits it.
        name === 'split' || max < 0
        ? splitSpace(self, max)
        : splitSpace(reversed(self), max).map(reversed).reverse()
      : splitBy(self, text(sep, 'sep'), max, name === 'rsplit')
  spend(parts.length)
  return new ListValue(parts)
}

function reversed(self: string): string {
  return characters(self).toReversed().join('')
}

function splitBy(self: string, separator: string, max: number, fromEnd: boolean): string[] {
  if (separator === '') return fail('empty separator')
  const parts = self.split(separator)
  if (max < 0 || parts.length <= max + 1) return parts
  return fromEnd
    ? [parts.slice(0, parts.length - max).join(separator), ...parts.slice(parts.length - max)]
    : [...parts.slice(0, max), parts.slice(max).join(separator)]
}

function partition(self: string, separator: string, last: boolean): TupleValue {
  if (separator === '') return fail('empty separator')
  const at = last ? self.lastIndexOf(separator) : self.indexOf(separator)
  if (at < 0) return new TupleValue(last ? ['', '', self] : [self, '', ''])
  return new TupleValue([self.slice(0, at), separator, self.slice(at + separator.length)])
}

function affixes(value: Value): readonly string[] {
  if (value !== null && typeof value === 'object' && value.kind === 'tuple') {
    return value.items.map((item) => text(item, 'an item of the tuple'))
  }
  return [text(value, 'the first argument')]
}

function swapCase(self: string): string {
  return characters(self)
    .map((character) => (character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase()))
    .join('')
}

function position(self: string, index: number): bigint {
  return BigInt(index < 0 ? -1 : textLength(self.slice(0, index)))
}

function found(index: bigint): bigint {
  return index < 0n ? fail('substring not found') : index
}
