/** A line of the log as pino makes it. */
export type Entry = Readonly<Record<string, unknown>>

/** How lines for people look. */
export interface HumanStyle {
  readonly color: boolean
  /** Of the terminal, now; null: one line an entry, however long. */
  readonly columns: () => number | null
}

/** For files: one line an entry, without colours. */
export const PLAIN: HumanStyle = { color: false, columns: () => null }

const LETTERS: Readonly<Record<string, { readonly letter: string; readonly color: string }>> = {
  debug: { letter: 'D', color: '34' },
  info: { letter: 'I', color: '32' },
  warning: { letter: 'W', color: '33' },
  error: { letter: 'E', color: '31' },
  critical: { letter: 'C', color: '1;31' },
}
const DIM = '2'
/** Of the names of the parts of a server, the longest. */
const NAME_WIDTH = 6
const INDENT = '    '

/**
 * An entry for people: time (UTC, with ms), level, part, message, and the rest as `key=value`. In a terminal, what does not fit beside the message goes
 * below it. Nothing in it can end the line, or speak to the terminal.
 */
export function humanLine(entry: Entry, style: HumanStyle): string {
  const { level, time, name, msg, ...rest } = entry
  const paint = (text: string, color: string): string => (style.color ? `\x1b[${color}m${text}\x1b[0m` : text)
  const { letter, color } = LETTERS[String(level)] ?? { letter: '?', color: DIM }
  const part = typeof name === 'string' ? name : ''
  const message = typeof msg === 'string' ? safe(msg) : ''
  const start = `${paint(String(time), DIM)} ${paint(letter, color)} ${paint(part.padEnd(NAME_WIDTH), DIM)} ${message}`
  const details = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, text: textOf(value) }))
  const columns = style.columns()
  const width = String(time).length + 3 + Math.max(NAME_WIDTH, part.length) + 1 + message.length
  const all = details.reduce((sum, { key, text }) => sum + key.length + text.length + 2, width)
  const shown = details.map(({ key, text }) => `${paint(`${key}=`, DIM)}${text}`)
  if (columns === null || all <= columns) return `${[start, ...shown].join(' ')}\n`
  const lines: string[] = []
  let left = 0
  for (const [index, { key, text }] of details.entries()) {
    const length = key.length + text.length + 2
    if (lines.length === 0 || length > left) {
      lines.push('')
      left = columns - INDENT.length + 1
    }
    const last = lines.length - 1
    lines[last] += `${lines[last] === '' ? '' : ' '}${shown[index] ?? ''}`
    left -= length
  }
  return `${[start, ...lines.map((line) => `${INDENT}${line}`)].join('\n')}\n`
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') return safe(JSON.stringify(value) ?? String(value))
  // Quotes only where the end would not be clear.
  return /^[^\s"=]+$/.test(value) && value.search(HIDDEN) === -1 ? value : safe(JSON.stringify(value))
}

// Controls, and what turns the direction of a text or has no width: a line must not look like another.
const HIDDEN = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g

/** Control characters, of which terminals make much, as escapes. */
function safe(text: string): string {
  return text.replace(HIDDEN, (one) => {
    if (one === '\n') return '\\n'
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
