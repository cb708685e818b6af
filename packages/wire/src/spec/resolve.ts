import { fdName, fdNumber } from './fd-name.ts'
import type { FdSpec, OpenFlags, ProcSpec } from './spec.ts'

/** A descriptor with nothing left out. */
export type ResolvedFd =
  | { readonly kind: 'inherit' | 'close' | 'pipe-write' }
  | { readonly kind: 'null'; readonly flags: OpenFlags }
  /** `mode`: permission bits, before the umask. */
  | { readonly kind: 'file'; readonly path: string; readonly flags: OpenFlags; readonly mode: number }
  | { readonly kind: 'dup'; readonly from: number }
  | {
      readonly kind: 'capture'
      readonly mode: 'tempfile' | 'memory'
      readonly encoding: 'utf-8' | null
      readonly attached: boolean
    }
  | { readonly kind: 'pipe-read'; readonly procId: string; readonly from: number }

/** A descriptor's number, the name that it has in results, and what to do with it. */
export interface FdEntry {
  readonly fd: number
  readonly name: string
  readonly action: ResolvedFd
}

/** A spec with every default filled in (spec/procstar.md 2). */
export interface ResolvedSpec {
  /** Path to execute, not searched for. */
  readonly exe: string
  readonly argv: readonly string[]
  readonly env: {
    readonly inherit: boolean | readonly string[]
    readonly vars: Readonly<Record<string, string | null>>
  }
  /** To be applied in this order. */
  readonly fds: readonly FdEntry[]
  readonly systemdProperties: { readonly [key: string]: unknown }
  readonly cwd: string | null
  readonly umask: number | null
  readonly orphans: 'keep' | 'kill'
}

/** Fills in the defaults. Throws RangeError for a spec that `checkBatch` refuses: a bug of the caller. */
export function resolveSpec(spec: ProcSpec): ResolvedSpec {
  const [first] = spec.argv
  if (first === undefined) throw new RangeError('empty argv')
  return {
    exe: spec.exe ?? first,
    argv: spec.argv,
    env: { inherit: spec.env?.inherit ?? true, vars: spec.env?.vars ?? {} },
    fds: (spec.fds ?? []).map(([name, fd]) => entry(name, fd)),
    systemdProperties: spec.systemd_properties ?? {},
    cwd: spec.cwd ?? null,
    umask: spec.umask ?? null,
    orphans: spec.orphans ?? 'keep',
  }
}

function entry(name: string, spec: FdSpec): FdEntry {
  const fd = number(name)
  return { fd, name: fdName(fd), action: action(spec) }
}

function action(spec: FdSpec): ResolvedFd {
  if (typeof spec === 'string') return { kind: spec }
  if ('null' in spec) return { kind: 'null', flags: spec.null.flags ?? 'Default' }
  if ('file' in spec) {
    return { kind: 'file', path: spec.file.path, flags: spec.file.flags ?? 'Default', mode: spec.file.mode ?? 0o666 }
  }
  if ('dup' in spec) return { kind: 'dup', from: spec.dup.fd }
  if ('pipe-read' in spec)
    return { kind: 'pipe-read', procId: spec['pipe-read'].proc_id, from: number(spec['pipe-read'].fd) }
  const { mode, encoding, attached } = spec.capture
  return { kind: 'capture', mode: mode ?? 'tempfile', encoding: encoding ?? null, attached: attached ?? true }
}

function number(name: string): number {
  const fd = fdNumber(name)
  if (fd === null) throw new RangeError(`bad fd: ${name}`)
  return fd
}
