/** Where in a document a value is. Kept as a chain, since its text is needed only when something is wrong. */
export interface Path {
  readonly parent: Path | null
  readonly key: string | number
}

/** The path of a document's top, by the name it goes by in messages; `''` for a document with no name. */
export function top(name: string): Path {
  return { parent: null, key: name }
}

/** The path of a member or element. */
export function at(parent: Path, key: string | number): Path {
  return { parent, key }
}

const PLAIN = /^[A-Za-z_][\w-]*$/
// Keys come from peers, and messages go to logs.
const LONGEST_KEY = 80

/** As in `specs.abc.fds[1][1].capture.mode`; a key that is not a plain word is quoted: `specs["a b"]`. */
export function pathText(path: Path): string {
  const { parent, key } = path
  if (parent === null) return String(key)
  const before = pathText(parent)
  if (typeof key === 'number') return `${before}[${key}]`
  if (!PLAIN.test(key) || key.length > LONGEST_KEY) return `${before}[${JSON.stringify(shorten(key, LONGEST_KEY))}]`
  return before === '' ? key : `${before}.${key}`
}

/** At most `most` code units, with `…` where something was cut. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
