/** A descriptor as asked for. Source: spec/procstar.md 2.3. */
export type FdSpec =
  | 'inherit'
  | 'close'
  | { readonly null: { readonly flags?: OpenFlags } }
  | { readonly file: { readonly path: string; readonly flags?: OpenFlags; readonly mode?: number } }
  | { readonly dup: { readonly fd: number } }
  | {
      readonly capture: {
        readonly mode?: 'tempfile' | 'memory'
        readonly encoding?: 'utf-8' | null
        readonly attached?: boolean
      }
    }
  | 'pipe-write'
  | { readonly 'pipe-read': { readonly proc_id: string; readonly fd: string } }

export type OpenFlags = 'Default' | 'Read' | 'Write' | 'Create' | 'Replace' | 'CreateAppend' | 'Append' | 'ReadWrite'

/** A process to run: the existing schema, and ours (`cwd`, `umask`, `orphans`), which go only to a peer with extension `stop`. Source: spec/procstar.md 2.1, spec/decisions.md. */
export interface ProcSpec {
  readonly id?: string | null
  readonly exe?: string | null
  readonly argv: readonly string[]
  readonly env?: {
    readonly inherit?: boolean | readonly string[]
    readonly vars?: Readonly<Record<string, string | null>>
  }
  readonly fds?: readonly (readonly [string, FdSpec])[]
  readonly systemd_properties?: { readonly [key: string]: unknown }
  readonly cwd?: string | null
  readonly umask?: number | null
  /** What becomes of the tree when the process itself has ended: `keep` (existing behaviour, default) or `kill`. */
  readonly orphans?: 'keep' | 'kill'
}
