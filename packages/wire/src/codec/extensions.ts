import type { Extensions } from '../message/index.ts'
import { at, type Check, type Path } from '../parse/index.ts'

/** The extensions that this version of the package knows (see `Extensions`). */
export const EXTENSIONS: Extensions = { output: 2, stop: 1, errors: 1, results: 1, spec: 1 }

// A peer may name what we do not know, but not without end.
const MOST = 64

/** Reads a map of extensions: at most 64 names, each with a version from 1. */
export function readExtensions(check: Check, value: unknown, path: Path): Extensions {
  const extensions: Record<string, number> = {}
  const members = Object.entries(check.fields(value, path))
  if (members.length > MOST) check.problem(path, `${members.length} extensions, at most ${MOST}`)
  for (const [name, version] of members.slice(0, MOST)) extensions[name] = check.integer(version, at(path, name), 1)
  return extensions
}

/** What both peers named, each at the lower version. */
export function commonExtensions(ours: Extensions, theirs: Extensions): Extensions {
  const common: Record<string, number> = {}
  for (const [name, version] of Object.entries(ours)) {
    const other = Object.hasOwn(theirs, name) ? theirs[name] : undefined
    if (other !== undefined) common[name] = Math.min(version, other)
  }
  return common
}
