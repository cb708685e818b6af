import { at, type Check, type Path } from '../parse/index.ts'
import { utf8Length } from '../msgpack/utf8.ts'

/** Bytes of the shortest secret: what is shorter would be found everywhere. */
const SHORTEST = 4
const MOST = 256

/** Reads secrets to be masked in output. No message says what was there. */
export function parseMask(check: Check, value: unknown, path: Path): readonly string[] {
  if (!Array.isArray(value)) {
    check.problem(path, 'expected an array of strings')
    return []
  }
  if (value.length > MOST) check.problem(path, `expected at most ${MOST} secrets, got ${value.length}`)
  return value.slice(0, MOST).map((item: unknown, index) => {
    if (typeof item !== 'string') check.problem(at(path, index), 'expected a string')
    else if (utf8Length(item) < SHORTEST)
      check.problem(at(path, index), `expected a secret of at least ${SHORTEST} bytes`)
    else return item
    return ''
  })
}
