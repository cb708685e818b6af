import { fail } from './fault.ts'

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])
const ESCAPE = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/g

/** The text that a string literal means, given without its quotes: escapes as in Python, unknown ones stay as they are. */
export function unescaped(literal: string, at: number): string {
  const text = literal.replace(/\r\n|\r/g, '\n')
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, (whole: string, ...found: readonly (string | undefined)[]) => {
    const [octal, two, four, eight, other = ''] = found
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    const hex = two ?? four ?? eight
    if (hex === undefined) {
      if (other === 'x' || other === 'u' || other === 'U') return fail(`truncated \\${other} escape in a string`, at)
      return NAMED.get(other) ?? whole
    }
    const point = Number.parseInt(hex, 16)
    return point > 0x10ffff ? fail(`no such character in a string: ${whole}`, at) : String.fromCodePoint(point)
  })
}
