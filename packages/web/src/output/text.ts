/** Text as lines; the last one may still grow. Made from pieces of text in order. */
export interface Lines {
  readonly lines: readonly string[]
  /** What cannot be understood before more comes: the beginning of an escape code, or a CR. */
  readonly rest: string
}

export const NO_LINES: Lines = { lines: [''], rest: '' }

// CSI sequences; OSC and other strings up to BEL or ST; single escapes with intermediates (ECMA-48 5.3, 5.4, 5.6).
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])/g
// The beginning of one, at the end.
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)$/
const RETURN_HELD = new RegExp(`^\\r(?:${ESCAPES.source})*(?:${UNFINISHED.source.slice(0, -1)})?$`)
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g

/** An escape code longer than this is text. */
const LONGEST_ESCAPE = 4096

/** The lines after more text. `final`: nothing follows, so what waits is text as well. */
export function appendText(before: Lines, text: string, final = false): Lines {
  const given = before.rest + text
  const rest = final ? '' : waiting(given)
  const usable = rest === '' ? given : given.slice(0, -rest.length)
  if (usable === '') return { lines: before.lines, rest }
  const [first = '', ...more] = usable.replace(ESCAPES, '').replaceAll('\r\n', '\n').split('\n')
  const lines = before.lines.slice(0, -1)
  lines.push(shown((before.lines.at(-1) ?? '') + first))
  for (const line of more) lines.push(shown(line))
  return { lines, rest }
}

function waiting(text: string): string {
  const escape = UNFINISHED.exec(text)?.[0] ?? ''
  const held = [escape, heldReturn(text)].filter(({ length }) => length <= LONGEST_ESCAPE)
  return held.reduce((longer, one) => (one.length > longer.length ? one : longer), '')
}

/** A CR with nothing but escape codes after it may yet turn out to be the CR of a CRLF. */
function heldReturn(text: string): string {
  const cr = text.lastIndexOf('\r')
  if (cr < 0 || text.length - cr > LONGEST_ESCAPE) return ''
  const tail = text.slice(cr)
  return RETURN_HELD.test(tail) ? tail : ''
}

function shown(line: string): string {
  const anew = line.slice(line.lastIndexOf('\r') + 1)
  return anew.replace(CONTROLS, (control) =>
    String.fromCharCode(control === '\x7f' ? 0x2421 : 0x2400 + control.charCodeAt(0)),
  )
}

/** Longest line that is shown, in UTF-16 units. */
export const MAX_LINE = 4_000

/** What to show of a line. */
export function cutLine(line: string): string {
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE)} … ${line.length - MAX_LINE} more characters`
}
