import { at, type Check, type Path } from '../parse/index.ts'
import type { CaptureSpec } from './spec.ts'

const KEYS = ['mode', 'encoding', 'attached', 'path', 'limit', 'keep', 'times']

/** Reads how output is captured (spec/procstar.md 2.3, and ours from `path` on). */
export function parseCapture(check: Check, value: unknown, path: Path): CaptureSpec {
  const { mode, encoding, attached, ...ours } = check.fields(value, path, KEYS)
  const read = {
    ...(mode === undefined
      ? {}
      : { mode: check.word(mode, at(path, 'mode'), ['tempfile', 'memory', 'file']) ?? 'tempfile' }),
    ...(encoding === undefined
      ? {}
      : { encoding: encoding === null ? null : check.word(encoding, at(path, 'encoding'), ['utf-8']) }),
    ...(attached === undefined ? {} : { attached: check.flag(attached, at(path, 'attached')) }),
    ...parseOurs(check, ours, path),
  }
  if (read.mode === 'file' && read.path === undefined) check.problem(at(path, 'path'), 'missing; mode "file" needs it')
  if (read.mode !== 'file' && read.path !== undefined)
    check.problem(at(path, 'path'), 'is only for mode "file"; the agent names other files itself')
  if (read.keep !== undefined && read.limit === undefined)
    check.problem(at(path, 'keep'), 'needs "limit": without one everything is kept')
  return read
}

type Ours = Pick<CaptureSpec, 'path' | 'limit' | 'keep' | 'times'>

function parseOurs(check: Check, given: { readonly [key: string]: unknown }, path: Path): Ours {
  const { path: file, limit, keep, times } = given
  return {
    ...(file === undefined || file === null ? {} : { path: parsePath(check, file, at(path, 'path')) }),
    ...(limit === undefined || limit === null ? {} : { limit: check.integer(limit, at(path, 'limit'), 1) }),
    ...(keep === undefined || keep === null
      ? {}
      : { keep: check.word(keep, at(path, 'keep'), ['start', 'end', 'both']) ?? 'start' }),
    ...(times === undefined || times === null ? {} : { times: check.flag(times, at(path, 'times')) }),
  }
}

function parsePath(check: Check, value: unknown, path: Path): string {
  const file = check.text(value, path)
  if (value === '') check.problem(path, 'expected a path, got an empty string')
  return file
}
