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

/** The text with control characters made visible: what a run carries must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) =>
    char === '\n' ? '⏎' : char === '\t' ? ' ' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
