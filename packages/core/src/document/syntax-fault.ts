/** A syntax error, as the parser tells it; `offset` counts UTF-16 units. */
export interface RawFault {
  readonly offset: number
  readonly message: string
}

/** A syntax error in words for people, and what to do about it. */
export interface SyntaxFault extends RawFault {
  readonly hint: string | null
}

const QUOTE_ALL = 'where a value has quotes, all of it has to stand within them'

const WORDS: readonly { readonly says: RegExp; readonly message: string; readonly hint: string }[] = [
  { says: /^Tabs are not/, message: 'a tab in the indentation', hint: 'indent with blanks' },
  { says: /end with a \}$/, message: 'a mapping that begins with { does not end', hint: 'close it with }' },
  { says: /end with a \]$/, message: 'a list that begins with [ does not end', hint: 'close it with ]' },
  {
    says: /^Missing closing/,
    message: 'a text that begins with a quote does not end',
    hint: 'close it with the same quote',
  },
  { says: /^Unexpected scalar at node end/, message: 'there is more after the end of a value', hint: QUOTE_ALL },
  {
    says: /^unidentified alias/i,
    message: 'a value that begins with * means an anchor, and there is none',
    hint: 'put it in quotes',
  },
  { says: /^Plain value cannot start/, message: 'a value cannot begin with this character', hint: 'put it in quotes' },
]

/** Puts the errors of the parser, which are in the order of the text, in words for people. Of several at one place it is one. */
export function syntaxFaults(text: string, faults: readonly RawFault[]): readonly SyntaxFault[] {
  const places = new Map<number, RawFault[]>()
  for (const fault of faults) {
    const group = places.get(fault.offset)
    if (group === undefined) places.set(fault.offset, [fault])
    else group.push(fault)
  }
  return [...places.values()].map((group) => inWords(text, group))
}

function inWords(text: string, group: readonly RawFault[]): SyntaxFault {
  const [first = { offset: 0, message: '' }] = group
  const says = (start: string): boolean => group.some(({ message }) => message.startsWith(start))
  const nested = says('Nested mappings are not allowed')
  const implicit = says('Implicit keys need to be on a single line')
  if (nested && implicit) return furtherIn(text, first.offset)
  if (nested) return secondColon(text, first.offset)
  if (implicit && group.some(({ message }) => message.includes('block-seq-ind'))) {
    return { ...first, message: 'a list item beside keys', hint: 'indent it further than the key that it belongs to' }
  }
  if (implicit && group.length === 1) {
    return { ...first, message: 'expected `key: value`', hint: 'write a colon and a blank after the key' }
  }
  if (says('All mapping items must start') || says('Sequence item without')) return indentation(text, first.offset)
  const words = WORDS.find(({ says: pattern }) => pattern.test(first.message))
  if (words !== undefined) return { ...first, message: words.message, hint: words.hint }
  return { ...first, hint: / is there twice, /.test(first.message) ? 'remove one of them, or make them one' : null }
}

/** The longest value that a hint repeats. */
const SHOWN = 60

function secondColon(text: string, offset: number): SyntaxFault {
  const value = (lineFrom(text, offset).split(/\s#/, 1)[0] ?? '').trimEnd()
  const quote = value.includes('"') || value.includes('\\') ? "'" : '"'
  const fits = value !== '' && value.length <= SHOWN && !value.includes(quote)
  const hint = `put the value in quotes${fits ? `: ${quote}${value}${quote}` : ''}`
  return { offset, message: 'a second `: ` in one line: a value without quotes cannot have one', hint }
}

// The parser takes the line for more of the value above it, and points there.
function furtherIn(text: string, offset: number): SyntaxFault {
  const end = lineEnd(text, offset)
  const next = end + (/\S/.exec(text.slice(end, end + MOST_BLANKS))?.index ?? 0)
  const start = text.lastIndexOf('\n', offset) + 1
  const expected = indentOf(text.slice(start, offset))
  return {
    offset: next,
    message: 'this line is indented further than the one above it, which has its value already',
    hint: `indent it by ${blanks([expected])}, as the line above`,
  }
}

function indentation(text: string, offset: number): SyntaxFault {
  const start = text.lastIndexOf('\n', Math.max(offset - 1, 0)) + 1
  const from = offset < text.length && text[offset] === '\n' ? offset + 1 : start
  const line = lineFrom(text, from)
  const indent = indentOf(line)
  const allowed = levelsBefore(text.slice(Math.max(0, from - MOST_BEFORE), from))
  const hint = allowed.length === 0 ? null : `indent it by ${blanks(allowed)}, not by ${indent}`
  return { offset: from + indent, message: 'this line is indented as none above it that it could belong to', hint }
}

/** How much of a text before a place is looked at for its indentation, and how many blanks after a line. */
const MOST_BEFORE = 65_536
const MOST_BLANKS = 4_096
/** So many levels are told. */
const MOST_LEVELS = 5

// The indentations that the next line may have without beginning something new, the least first.
function levelsBefore(text: string): readonly number[] {
  const levels: number[] = []
  for (const line of text.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue
    const indent = indentOf(line)
    while ((levels.at(-1) ?? -1) > indent) levels.pop()
    if (levels.at(-1) !== indent) levels.push(indent)
    const item = /^ *(- +)\S/.exec(line)?.[1]
    if (item !== undefined) levels.push(indent + item.length)
  }
  return levels.slice(-MOST_LEVELS)
}

function blanks(counts: readonly number[]): string {
  const last = counts.at(-1) ?? 0
  const others = counts.slice(0, -1)
  return `${others.length === 0 ? '' : `${others.join(', ')} or `}${last} ${last === 1 ? 'blank' : 'blanks'}`
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0
}

function lineFrom(text: string, offset: number): string {
  return text.slice(offset, Math.min(lineEnd(text, offset), offset + MOST_BLANKS))
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end
}
