// Python counts characters by code points, JavaScript by UTF-16 units; most texts have no difference.
const WIDE = /[\ud800-\udfff]/

/** The characters of a text. */
export function characters(text: string): readonly string[] {
  return Array.from(text)
}

/** The number of characters. */
export function textLength(text: string): number {
  return WIDE.test(text) ? Array.from(text).length : text.length
}

/** The character at an index from 0. */
export function characterAt(text: string, index: number): string | undefined {
  return WIDE.test(text) ? Array.from(text)[index] : text[index]
}

/** Python's whitespace. JavaScript's differs by the byte order mark and a few control characters. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** Whether a character is white space. */
export function isSpace(character: string): boolean {
  return SPACE.test(character)
}

/** Removes from the ends what is in `set`, white space where it is null. */
export function strip(text: string, set: string | null, ends: 'both' | 'left' | 'right'): string {
  const removed = set === null ? null : new Set(set)
  const gone = (character: string | undefined): boolean =>
    character !== undefined && (removed === null ? isSpace(character) : removed.has(character))
  let start = 0
  let end = text.length
  if (ends !== 'right') while (start < end && gone(text[start])) start++
  if (ends !== 'left') while (end > start && gone(text[end - 1])) end--
  return text.slice(start, end)
}

/** Splits at runs of white space, ignoring those at the ends; at most `max` splits from the left, any number for -1. */
export function splitSpace(text: string, max: number): string[] {
  const parts: string[] = []
  let position = 0
  for (;;) {
    while (position < text.length && isSpace(text[position] ?? '')) position++
    if (position >= text.length) return parts
    if (max >= 0 && parts.length >= max) {
      parts.push(strip(text.slice(position), null, 'right'))
      return parts
    }
    const start = position
    while (position < text.length && !isSpace(text[position] ?? ' ')) position++
    parts.push(text.slice(start, position))
  }
}

/** Every word begins with a capital, the rest is small: a word is a run of letters. */
export function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => capitalize(word))
}

/** The first character as a capital, the rest small. */
export function capitalize(text: string): string {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length).toLowerCase()
}
