import { at, type Check, type Fields, type Path } from '../parse/index.ts'
import type { FdResult } from './result.ts'

/** Reads what became of a descriptor (spec/procstar.md 3.8). A type that is not one of the captured ones, such as `file`, is null: nothing was captured. */
export function readFdResult(check: Check, given: Fields, path: Path): FdResult | null {
  const encoding = at(path, 'encoding')
  const cut = readCut(check, given, path)
  switch (given['type']) {
    case 'text':
      check.word(given['encoding'], encoding, ['utf-8'])
      return { ...given, type: 'text', text: check.text(given['text'], at(path, 'text')), encoding: 'utf-8', ...cut }
    case 'data':
      check.word(given['encoding'], encoding, ['base64'])
      return { ...given, type: 'data', data: check.text(given['data'], at(path, 'data')), encoding: 'base64', ...cut }
    case 'detached':
      return {
        ...given,
        type: 'detached',
        length: check.integer(given['length'], at(path, 'length'), 0),
        encoding: check.word(given['encoding'], encoding, ['utf-8', 'base64']) ?? 'base64',
        ...cut,
      }
    case 'error':
      return { ...given, type: 'error' }
    default:
      check.text(given['type'], at(path, 'type'))
      return null
  }
}

function readCut(check: Check, { dropped }: Fields, path: Path): { readonly dropped?: readonly [number, number] } {
  if (dropped === undefined) return {}
  const where = at(path, 'dropped')
  const [start, stop, ...more] = check.items(dropped, where)
  if (more.length > 0) check.expected(where, 'a start and a stop', dropped)
  const first = check.integer(start, at(where, 0), 0)
  return { dropped: [first, check.integer(stop, at(where, 1), first)] }
}
