import type { FdSpec, ProcSpec } from '@apsis/wire/spec'

/** The spec with the files that captures name by absolute paths: a later agent, which may run in another folder, is to find the same. `folder`: this agent's. */
export function withAbsoluteCaptures(spec: ProcSpec, folder: string): ProcSpec {
  if (spec.fds === undefined || !spec.fds.some(([, fd]) => isRelative(fd))) return spec
  const base = absolute(folder, spec.cwd ?? '')
  return { ...spec, fds: spec.fds.map(([name, fd]) => [name, isRelative(fd) ? located(fd, base) : fd]) }
}

type NamedCapture = Extract<FdSpec, { readonly capture: unknown }>

function isRelative(fd: FdSpec): fd is NamedCapture {
  if (typeof fd !== 'object' || !('capture' in fd)) return false
  const path = fd.capture.path ?? null
  return path !== null && !path.startsWith('/')
}

function located({ capture }: NamedCapture, base: string): NamedCapture {
  return { capture: { ...capture, path: absolute(base, capture.path ?? '') } }
}

function absolute(base: string, path: string): string {
  if (path.startsWith('/')) return path
  if (path === '') return base
  return base.endsWith('/') ? `${base}${path}` : `${base}/${path}`
}
