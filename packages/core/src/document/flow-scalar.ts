import type { WalkedScalar } from './scalar-offset.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** Walks through a scalar that is plain or in quotes, whose source is `[start, end)`. */
export function flowCharacters(source: string, start: number, end: number): WalkedScalar {
  const quote = source[start] === '"' || source[start] === "'" ? source[start] : null
  const [from, to] = quote === null ? [start, end] : [start + 1, end - 1]
  const offsets: number[] = []
  let text = ''
  const put = (characters: string, at: number): void => {
    text += characters
    for (let unit = 0; unit < characters.length; unit++) offsets.push(at)
  }
  let at = from
  while (at < to) {
    const character = source[at] ?? ''
    if (quote === '"' && character === '\\') {
      at = escape(source, at, put)
    } else if (quote === "'" && character === "'") {
      put("'", at)
      at += 2
    } else if (/[ \t\r\n]/.test(character)) {
      const [blanks = ''] = /^[ \t\r\n]+/.exec(source.slice(at, to)) ?? []
      const breaks = blanks.match(/\r\n|\r|\n/g)?.length ?? 0
      // One line break is a blank, and each further one itself.
      if (breaks === 0) for (const [index, blank] of Array.from(blanks).entries()) put(blank, at + index)
      else put(breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), at)
      at += blanks.length
    } else {
      put(character, at)
      at++
    }
  }
  return { text, offsets, end: to }
}

// Where the source goes on after an escape.
function escape(source: string, at: number, put: (characters: string, at: number) => void): number {
  const code = source[at + 1] ?? ''
  const [joined] = /^\\(?:\r\n|\r|\n)[ \t]*/.exec(source.slice(at, at + 1_000)) ?? []
  if (joined !== undefined) return at + joined.length
  const digits = HEX_DIGITS[code] ?? 0
  const point = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16)
  put(digits > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : (ESCAPES[code] ?? ''), at)
  return at + 2 + digits
}
