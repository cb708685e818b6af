import { utf8Length, writeUtf8 } from '../msgpack/utf8.ts'
import { fdName, fdNumber } from './fd-name.ts'
import { type ResolvedOurs, resolveOurs } from './resolve-ours.ts'
import type { CaptureSpec, FdSpec, OpenFlags, ProcSpec } from './spec.ts'

/** A descriptor with nothing left out. */
export type ResolvedFd =
  | { readonly kind: 'inherit' | 'close' | 'pipe-write' }
  | { readonly kind: 'null'; readonly flags: OpenFlags }
  /** `mode`: permission bits, before the umask. */
  | { readonly kind: 'file'; readonly path: string; readonly flags: OpenFlags; readonly mode: number }
  | { readonly kind: 'dup'; readonly from: number }
  | {
      readonly kind: 'capture'
      readonly mode: 'tempfile' | 'memory' | 'file'
      readonly encoding: 'utf-8' | null
      readonly attached: boolean
      /** The user's file; null for one of the agent's. */
      readonly path: string | null
      /** Bytes that are kept; null for all. */
      readonly limit: number | null
      readonly keep: 'start' | 'end' | 'both'
      readonly times: boolean
    }
  | { readonly kind: 'pipe-read'; readonly procId: string; readonly from: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }

/** A descriptor's number, the name that it has in results, and what to do with it. */
export interface FdEntry {
  readonly fd: number
  readonly name: string
  readonly action: ResolvedFd
}

/** A spec with every default filled in (spec/procstar.md 2). */
export interface ResolvedSpec extends ResolvedOurs {
  /** Path to execute; a name, with `searchPath`. */
  readonly exe: string
  readonly argv: readonly string[]
  readonly env: {
    readonly inherit: boolean | readonly string[]
    readonly vars: Readonly<Record<string, string | null>>
  }
  /** To be applied in this order. */
  readonly fds: readonly FdEntry[]
  readonly systemdProperties: { readonly [key: string]: unknown }
}

/** Fills in the defaults. Throws RangeError for a spec that `checkBatch` refuses: a bug of the caller. */
export function resolveSpec(spec: ProcSpec): ResolvedSpec {
  const [first] = spec.argv
  if (first === undefined) throw new RangeError('empty argv')
  return {
    exe: spec.exe ?? first,
    argv: spec.argv,
    env: { inherit: spec.env?.inherit ?? true, vars: spec.env?.vars ?? {} },
    fds: (spec.fds ?? []).map(([name, fd]) => entry(name, fd, spec)),
    systemdProperties: spec.systemd_properties ?? {},
    ...resolveOurs(spec),
  }
}

function entry(name: string, fdSpec: FdSpec, { cwd = null, fd_names: names }: ProcSpec): FdEntry {
  const fd = number(name)
  return { fd, name: names === 'number' ? String(fd) : fdName(fd), action: action(fdSpec, cwd) }
}

function action(spec: FdSpec, cwd: string | null): ResolvedFd {
  if (typeof spec === 'string') return { kind: spec }
  if ('null' in spec) return { kind: 'null', flags: spec.null.flags ?? 'Default' }
  if ('file' in spec) {
    return { kind: 'file', path: spec.file.path, flags: spec.file.flags ?? 'Default', mode: spec.file.mode ?? 0o666 }
  }
  if ('dup' in spec) return { kind: 'dup', from: spec.dup.fd }
  if ('pipe-read' in spec)
    return { kind: 'pipe-read', procId: spec['pipe-read'].proc_id, from: number(spec['pipe-read'].fd) }
  if ('data' in spec) return { kind: 'data', bytes: bytesOf(spec.data) }
  return capture(spec.capture, cwd)
}

function capture(spec: CaptureSpec, cwd: string | null): ResolvedFd {
  const { mode, encoding, attached, path, limit, keep, times } = spec
  return {
    kind: 'capture',
    mode: mode ?? 'tempfile',
    encoding: encoding ?? null,
    attached: attached ?? true,
    // The monitor that writes it does not change its directory.
    path: (path ?? null) === null ? null : within(cwd, path ?? ''),
    limit: limit ?? null,
    // Half of one byte would be nothing at both ends.
    keep: limit === 1 && keep === 'both' ? 'start' : (keep ?? 'start'),
    times: times ?? false,
  }
}

function within(cwd: string | null, path: string): string {
  return cwd === null || path.startsWith('/') ? path : `${cwd}/${path}`
}

function bytesOf(data: Extract<FdSpec, { readonly data: unknown }>['data']): Uint8Array {
  return 'text' in data ? utf8(data.text) : Uint8Array.fromBase64(data.base64)
}

function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  writeUtf8(text, bytes, 0)
  return bytes
}

function number(name: string): number {
  const fd = fdNumber(name)
  if (fd === null) throw new RangeError(`bad fd: ${name}`)
  return fd
}
