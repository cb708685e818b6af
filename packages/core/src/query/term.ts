import { closest } from '../document/suggest.ts'
import { parseRunId, type RunId, STATES, type State } from '../run/index.ts'
import { parseDuration } from '../time/index.ts'
import { isKey, KEYS, type Key } from './keys.ts'
import type { Piece, RawTerm } from './lex.ts'
import type { QueryProblem } from './problem.ts'
import { COMPARISONS, isOrigin, ORIGINS, type QueryTerm, type QueryTest } from './query.ts'
import { parseWhen, type QueryClock } from './when.ts'

const NAMES = Object.keys(KEYS)

/** Reads one term; null where it is none, and then `problems` says why. */
export function readTerm(raw: RawTerm, clock: QueryClock, problems: QueryProblem[]): QueryTerm | null {
  const test = readTest(raw, clock, problems)
  return test === null ? null : { not: raw.not, ...test }
}

function readTest({ head, values }: RawTerm, clock: QueryClock, problems: QueryProblem[]): QueryTest | null {
  if (head === null) {
    const texts = filled(values, 'a word of the job ID', problems)
    return texts === null ? null : { type: 'word', texts }
  }
  const { name, mark } = head
  const [first] = values
  if (mark === '=') {
    if (name.text === '') return refuse(problems, name, 'expected the name of an arg before =', 'date=2026-01-31')
    const any = values.length === 1 && first?.text === '' && !first.quoted
    return { type: 'arg', name: name.text, values: any ? null : distinct(values.map(({ text }) => text)) }
  }
  if (name.quoted || !isKey(name.text)) {
    const meant = closest(name.text, NAMES)
    const hint = `${meant === null ? '' : `Did you mean ${meant}:? `}A word with a colon in it goes into quotes.`
    return refuse(problems, name, `no key ${JSON.stringify(name.text)}; expected one of ${NAMES.join(', ')}`, hint)
  }
  return readKey(name.text, values, clock, problems)
}

function readKey(key: Key, values: readonly Piece[], clock: QueryClock, problems: QueryProblem[]): QueryTest | null {
  switch (key) {
    case 'job': {
      const patterns = filled(values, KEYS.job, problems)
      return patterns === null ? null : { type: 'job', patterns }
    }
    case 'label': {
      const labels = filled(values, KEYS.label, problems)
      return labels === null ? null : { type: 'label', labels }
    }
    case 'message': {
      const texts = filled(values, KEYS.message, problems)
      return texts === null ? null : { type: 'message', texts }
    }
    case 'state': {
      const states = each(values, problems, (piece) => stateOf(piece, problems))
      return states === null ? null : { type: 'state', states }
    }
    case 'id': {
      const ids = each(values, problems, (piece) => idOf(piece, problems))
      return ids === null ? null : { type: 'id', ids }
    }
    case 'origin': {
      const origins = each(values, problems, (piece) => {
        if (isOrigin(piece.text)) return piece.text
        return refuse(problems, piece, `no origin ${JSON.stringify(piece.text)}; expected one of ${ORIGINS.join(', ')}`)
      })
      return origins === null ? null : { type: 'origin', origins }
    }
    case 'since':
    case 'before': {
      const time = single(key, values, problems, (piece) => timeOf(piece, clock, problems))
      return time === null ? null : { type: key, time }
    }
    case 'changed':
      return single(key, values, problems, (piece) => changedOf(piece, clock, problems))
    case 'elapsed':
      return single(key, values, problems, (piece) => elapsedOf(piece, problems))
  }
}

function stateOf(piece: Piece, problems: QueryProblem[]): State | null {
  const state = STATES.find((one) => one === piece.text)
  if (state !== undefined) return state
  const meant = closest(piece.text, STATES)
  const message = `no state ${JSON.stringify(piece.text)}; expected one of ${STATES.join(', ')}`
  return refuse(problems, piece, message, meant === null ? null : `Did you mean ${meant}?`)
}

function idOf(piece: Piece, problems: QueryProblem[]): RunId | null {
  const hint = /^\d+$/.test(piece.text) ? `Did you mean r${piece.text}?` : null
  return (
    parseRunId(piece.text) ??
    refuse(problems, piece, `not a run id: ${JSON.stringify(piece.text)}; expected r and a number, such as r12`, hint)
  )
}

function timeOf(piece: Piece, clock: QueryClock, problems: QueryProblem[]): number | null {
  const time = parseWhen(piece.text, clock)
  return time.ok ? time.value : refuse(problems, piece, time.message)
}

function changedOf(piece: Piece, clock: QueryClock, problems: QueryProblem[]): QueryTest | null {
  const at = piece.text.indexOf('..')
  const open = piece.column + (piece.quoted ? 1 : 0)
  const part = (text: string, offset: number): Piece => ({ text, column: open + offset, quoted: false })
  const [from, to] =
    at < 0 ? [part(piece.text, 0), null] : [part(piece.text.slice(0, at), 0), part(piece.text.slice(at + 2), at + 2)]
  if (at >= 0 && from.text === '' && to?.text === '') {
    return refuse(problems, piece, 'expected a time on one side of .. or on both', 'Such as changed:2d..1d')
  }
  const bound = (side: Piece | null): number | null | undefined => {
    if (side === null || (at >= 0 && side.text === '')) return null
    return timeOf(side, clock, problems) ?? undefined
  }
  const [first, last] = [bound(from), bound(to)]
  return first === undefined || last === undefined ? null : { type: 'changed', from: first, to: last }
}

function elapsedOf(piece: Piece, problems: QueryProblem[]): QueryTest | null {
  const [, sign, rest = ''] = /^([<>]=?)?(.*)$/s.exec(piece.text) ?? []
  const than = COMPARISONS.find((one) => one === sign)
  const duration = parseDuration(rest)
  if (than !== undefined && duration.ok && duration.value >= 0)
    return { type: 'elapsed', than, duration: duration.value }
  const hint = than === undefined && duration.ok ? `Did you mean >${rest} or <${rest}?` : 'Such as elapsed:>10m'
  const message = `not a comparison: ${JSON.stringify(piece.text)}; expected <, <=, > or >= and a duration`
  return refuse(problems, piece, message, hint)
}

function single<T>(
  key: Key,
  values: readonly Piece[],
  problems: QueryProblem[],
  read: (piece: Piece) => T | null,
): T | null {
  const [first, second] = values
  if (second !== undefined) return refuse(problems, second, `${key}: takes one value, and no comma`)
  return first === undefined ? null : read(first)
}

function each<T>(
  values: readonly Piece[],
  problems: QueryProblem[],
  read: (piece: Piece) => T | null,
): readonly T[] | null {
  const before = problems.length
  const found = values.map(read).filter((value) => value !== null)
  return problems.length > before ? null : distinct(found)
}

/** Texts of which none may be empty. */
function filled(values: readonly Piece[], expected: string, problems: QueryProblem[]): readonly string[] | null {
  return each(values, problems, (piece) => {
    return piece.text === '' ? refuse(problems, piece, `expected ${expected}, found nothing`) : piece.text
  })
}

function refuse(problems: QueryProblem[], { column }: Piece, message: string, hint: string | null = null): null {
  problems.push({ column, message, hint })
  return null
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}
