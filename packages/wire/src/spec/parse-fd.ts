import { at, type Check, isFields, type Path } from '../parse/index.ts'
import type { FdSpec, OpenFlags } from './spec.ts'

const KINDS = ['inherit', 'close', 'null', 'file', 'dup', 'capture', 'pipe-write', 'pipe-read'] as const
const BARE = ['inherit', 'close', 'pipe-write'] as const
const FLAGS = ['Default', 'Read', 'Write', 'Create', 'Replace', 'CreateAppend', 'Append', 'ReadWrite'] as const
const WHAT =
  '"inherit", "close", "pipe-write", or a map with one key of "null", "file", "dup", "capture" or "pipe-read"'

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

type Capture = Extract<FdSpec, { readonly capture: unknown }>['capture']

function parseCapture(check: Check, value: unknown, path: Path): Capture {
  const { mode, encoding, attached } = check.fields(value, path, ['mode', 'encoding', 'attached'])
  return {
    ...(mode === undefined ? {} : { mode: check.word(mode, at(path, 'mode'), ['tempfile', 'memory']) ?? 'tempfile' }),
    ...(encoding === undefined
      ? {}
      : { encoding: encoding === null ? null : check.word(encoding, at(path, 'encoding'), ['utf-8']) }),
    ...(attached === undefined ? {} : { attached: check.flag(attached, at(path, 'attached')) }),
  }
}
