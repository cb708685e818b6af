import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { DIAGNOSTIC_CODES, type Diagnostic } from '@apsis/core/document'
import { z } from 'zod'

/** What the text of a job file made. */
export interface JobEntry {
  /** SHA-256 of the text. */
  readonly digest: string
  /** Of the definition, which the store has. */
  readonly hash: string
  /** What there was to say about the text alone. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What a load without errors came to: with it, a start whose files are the same need not parse and check them again. */
export interface JobRecord {
  /** The job folder: where its diagnostics point. */
  readonly folder: string
  /** Digest of the environment. */
  readonly environment: string
  readonly entries: ReadonlyMap<string, JobEntry>
  /** All that there was to say about the jobs. */
  readonly diagnostics: readonly Diagnostic[]
}

const FILE = 'jobs-record'
/** Of what this module writes: another one is not read. */
const FORMAT = 1
/** Entries written in one piece: about a millisecond. */
const PIECE = 500

const diagnosticSchema = z.strictObject({
  code: z.custom<keyof typeof DIAGNOSTIC_CODES>(
    (code) => typeof code === 'string' && Object.hasOwn(DIAGNOSTIC_CODES, code),
  ),
  severity: z.enum(['error', 'warning', 'notice']),
  file: z.string().nullable(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  key: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
})
const diagnosticsSchema = z.array(diagnosticSchema)
const rowsSchema = z.array(z.array(z.unknown()))
const headSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.string(),
  folder: z.string(),
  environment: z.string(),
  diagnostics: diagnosticsSchema,
})

/**
 * Keeps a record in the data folder. `version`: of the program, since another one may read the same text otherwise. Takes pauses. Rejects with the
 * system's error; the file is then the former one, or one that is not taken.
 */
export async function writeJobRecord(dataFolder: string, version: string, record: JobRecord): Promise<void> {
  const path = join(dataFolder, FILE)
  const { folder, environment, entries, diagnostics } = record
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.write(`${JSON.stringify({ format: FORMAT, version, folder, environment, diagnostics })}\n`)
    let lines: string[] = []
    for (const [jobId, entry] of entries) {
      lines.push(JSON.stringify([jobId, entry.digest, entry.hash, entry.diagnostics]))
      if (lines.length < PIECE) continue
      await file.write(`${lines.join('\n')}\n`)
      lines = []
    }
    // Without the last line it was not written to its end.
    await file.write(`${[...lines, JSON.stringify([entries.size])].join('\n')}\n`)
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/** The record in a data folder; null where there is none that this version can use. Never rejects: without it, everything is parsed. */
export async function readJobRecord(dataFolder: string, version: string): Promise<JobRecord | null> {
  try {
    const lines = (await readFile(join(dataFolder, FILE), 'utf8')).trimEnd().split('\n')
    const head = headSchema.safeParse(JSON.parse(lines[0] ?? ''))
    if (!head.success || head.data.version !== version) return null
    const rows = rowsSchema.safeParse(JSON.parse(`[${lines.slice(1).join(',')}]`))
    if (!rows.success) return null
    const count = rows.data.pop()?.[0]
    const entries = new Map<string, JobEntry>()
    for (const row of rows.data) {
      const entry = entryOf(row)
      if (entry === null) return null
      entries.set(...entry)
    }
    if (entries.size !== count) return null
    const { folder, environment, diagnostics } = head.data
    return { folder, environment, entries, diagnostics }
  } catch {
    return null
  }
}

function entryOf([jobId, digest, hash, said]: readonly unknown[]): [string, JobEntry] | null {
  if (typeof jobId !== 'string' || typeof digest !== 'string' || typeof hash !== 'string') return null
  if (Array.isArray(said) && said.length === 0) return [jobId, { digest, hash, diagnostics: [] }]
  const diagnostics = diagnosticsSchema.safeParse(said)
  return diagnostics.success ? [jobId, { digest, hash, diagnostics: diagnostics.data }] : null
}
