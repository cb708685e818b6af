const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// What terminals show two columns wide: East Asian wide and fullwidth forms, and emoji.
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}])/u

/** Columns that a text takes on a terminal. The text has no control characters. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1
  return width
}

/** The text cut to at most `width` columns, with `…` at the end where something was cut off. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width <= 0) return ''
  let fitted = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += WIDE.test(segment) ? 2 : 1
    if (used > width) break
    fitted += segment
  }
  return `${fitted}…`
}

/** The text in lines of at most `width` columns, broken at blanks, and within a word only where that is too long; at least one line. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (textWidth(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    for (line = ''; textWidth(word) > width; ) {
      let head = ''
      let used = 0
      for (const { segment } of graphemes.segment(word)) {
        used += WIDE.test(segment) ? 2 : 1
        if (used > width && head !== '') break
        head += segment
      }
      lines.push(head)
      word = word.slice(head.length)
    }
    line = word
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** The end of a text, of at most `width` columns, with `…` before it where something was cut off. */
export function textTail(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width <= 0) return ''
  let tail = ''
  let used = 1
  for (const { segment } of [...graphemes.segment(text)].reverse()) {
    used += WIDE.test(segment) ? 2 : 1
    if (used > width) break
    tail = segment + tail
  }
  return `…${tail}`
}

// Controls; what is of no width and turns the direction of a text or hides in it. U+200D is left in, where it joins an emoji.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|(?<!\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d/gu

/** The text with characters made visible that control: what a run carries must not steer the terminal, nor look like another text. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (char) => {
    if (char === '\n') return '⏎'
    if (char === '\t') return ' '
    const code = char.charCodeAt(0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}
