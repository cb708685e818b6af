import { utf8Length } from '../msgpack/utf8.ts'
import { at, type Check, isFields, isItems, type Path } from '../parse/index.ts'
import { parseCapture } from './parse-capture.ts'
import type { FdSpec, OpenFlags } from './spec.ts'

const KINDS = ['inherit', 'close', 'null', 'file', 'dup', 'capture', 'pipe-write', 'pipe-read', 'data'] as const
const BARE = ['inherit', 'close', 'pipe-write'] as const
const FLAGS = ['Default', 'Read', 'Write', 'Create', 'Replace', 'CreateAppend', 'Append', 'ReadWrite'] as const
const WHAT =
  '"inherit", "close", "pipe-write", or a map with one key of "null", "file", "dup", "capture", "pipe-read" or "data"'

/** Reads one descriptor (spec/procstar.md 2.3): the word, or a map from the one word of its kind to its options. */
export function parseFd(check: Check, value: unknown, path: Path): FdSpec {
  for (const kind of BARE) if (value === kind) return kind
  const members = isFields(value) ? Object.entries(value) : []
  const [only] = members
  if (only === undefined || members.length !== 1) {
    check.expected(path, WHAT, value)
    return 'inherit'
  }
  const [key, options] = only
  return parseKind(check, key, options, path)
}

function parseKind(check: Check, key: string, options: unknown, path: Path): FdSpec {
  const inner = at(path, key)
  const kind = check.word(key, path, KINDS)
  switch (kind) {
    case null:
      return 'inherit'
    case 'inherit':
    case 'close':
    case 'pipe-write':
      if (options !== null) check.expected(inner, 'null', options)
      return kind
    case 'null':
      return { null: parseFlags(check, check.fields(options, inner, ['flags'])['flags'], at(inner, 'flags')) }
    case 'file':
      return { file: parseFile(check, options, inner) }
    case 'dup': {
      const { fd } = check.fields(options, inner, ['fd'])
      return { dup: { fd: check.integer(fd, at(inner, 'fd'), -0x8000_0000, 0x7fff_ffff) } }
    }
    case 'capture':
      return { capture: parseCapture(check, options, inner) }
    case 'pipe-read': {
      const { proc_id: procId, fd } = check.fields(options, inner, ['proc_id', 'fd'])
      return { 'pipe-read': { proc_id: check.text(procId, at(inner, 'proc_id')), fd: check.text(fd, at(inner, 'fd')) } }
    }
    case 'data':
      return { data: parseData(check, options, inner) }
  }
}

type File = Extract<FdSpec, { readonly file: unknown }>['file']

function parseFile(check: Check, value: unknown, path: Path): File {
  const { path: name, flags, mode } = check.fields(value, path, ['path', 'flags', 'mode'])
  return {
    path: check.text(name, at(path, 'path')),
    ...parseFlags(check, flags, at(path, 'flags')),
    ...(mode === undefined ? {} : { mode: check.integer(mode, at(path, 'mode'), 0, 0o7777) }),
  }
}

function parseFlags(check: Check, value: unknown, path: Path): { readonly flags?: OpenFlags } {
  return value === undefined ? {} : { flags: check.word(value, path, FLAGS) ?? 'Default' }
}

/** Most bytes for one descriptor: they are kept in memory until they are read. */
const MOST_DATA = 1024 * 1024
const DATA_WHAT = 'a map with one key of "text" or "base64"'

type Data = Extract<FdSpec, { readonly data: unknown }>['data']

function parseData(check: Check, value: unknown, path: Path): Data {
  const { text, base64 } = check.fields(value, path, ['text', 'base64'])
  if ((text === undefined) === (base64 === undefined)) {
    if (isFields(value) || isItems(value)) check.expected(path, DATA_WHAT, value)
    return { text: '' }
  }
  if (text !== undefined) {
    const given = check.text(text, at(path, 'text'))
    checkLength(check, utf8Length(given), at(path, 'text'))
    return { text: given }
  }
  const given = check.text(base64, at(path, 'base64'))
  const length = base64Length(given)
  if (length === null) check.problem(at(path, 'base64'), 'is not base64')
  else checkLength(check, length, at(path, 'base64'))
  return { base64: given }
}

function checkLength(check: Check, length: number, path: Path): void {
  if (length > MOST_DATA) check.problem(path, `is ${length} bytes, at most ${MOST_DATA}`)
}

/** The bytes that a text in base64 stands for, or null for a text that is not in base64, padded. */
function base64Length(text: string): number | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return (text.length / 4) * 3 - padding
}
