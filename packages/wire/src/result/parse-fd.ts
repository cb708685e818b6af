import { at, type Check, type Fields, type Path } from '../parse/index.ts'
import type { FdResult } from './result.ts'

/** Reads what became of a descriptor (spec/procstar.md 3.8). A type that is not one of the captured ones, such as `file`, is null: nothing was captured. */
export function readFdResult(check: Check, given: Fields, path: Path): FdResult | null {
  const encoding = at(path, 'encoding')
  switch (given['type']) {
    case 'text':
      check.word(given['encoding'], encoding, ['utf-8'])
      return { ...given, type: 'text', text: check.text(given['text'], at(path, 'text')), encoding: 'utf-8' }
    case 'data':
      check.word(given['encoding'], encoding, ['base64'])
      return { ...given, type: 'data', data: check.text(given['data'], at(path, 'data')), encoding: 'base64' }
    case 'detached':
      return {
        ...given,
        type: 'detached',
        length: check.integer(given['length'], at(path, 'length'), 0),
        encoding: check.word(given['encoding'], encoding, ['utf-8', 'base64']) ?? 'base64',
      }
    case 'error':
      return { ...given, type: 'error' }
    default:
      check.text(given['type'], at(path, 'type'))
      return null
  }
}
