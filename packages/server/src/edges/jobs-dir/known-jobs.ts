import { type Job, reviveJob, type StoredDefinition } from '@apsis/core/job'
import type { KindRegistry } from '@apsis/core/kind'
import { digest } from './digest.ts'
import type { ReadJobFile } from './files.ts'
import type { JobEntry, JobRecord } from './record.ts'

/** What was made of a text: what is recorded of it, and the job. */
export interface KnownJob extends JobEntry {
  readonly job: Job
}

/** What a server knows when it starts: the record of its last load, and the definitions in its store. */
export interface RecordedJobs {
  readonly record: JobRecord
  readonly stored: ReadonlyMap<string, StoredDefinition>
}

/**
 * The jobs of the last load, by id: a text that is still the same, in the same environment, is not parsed again. Before the first load it is what was
 * recorded. Bounded by the job folder.
 */
export class KnownJobs {
  #environment: string | null = null
  #jobs: ReadonlyMap<string, KnownJob> = new Map()
  /** Of before the first load. */
  #recorded: RecordedJobs | null
  /** What the last load came to. */
  #last: JobRecord | null = null

  constructor(recorded: RecordedJobs | null) {
    this.#recorded = recorded
  }

  /** What a file is known to make; null where its text, its place or the environment is another. */
  find({ jobId, digest: textDigest }: ReadJobFile, registry: KindRegistry): KnownJob | null {
    const same = registry.environment.digest === this.#environment
    const known = same ? this.#jobs.get(jobId) : this.#revived(jobId, registry)
    return known !== undefined && known.digest === textDigest ? known : null
  }

  /** The record of the last load, where these files are exactly those recorded: what it says is then what checking them comes to. */
  recorded(folder: string, files: readonly ReadJobFile[], environment: string): JobRecord | null {
    const record = this.#last ?? this.#recorded?.record
    if (record === undefined || record.folder !== folder || record.environment !== environment) return null
    if (files.length !== record.entries.size) return null
    return files.every(({ jobId, digest: found }) => found !== null && found === record.entries.get(jobId)?.digest)
      ? record
      : null
  }

  /** Forgets all that was known, for this. */
  replace(record: JobRecord, jobs: ReadonlyMap<string, KnownJob>): void {
    this.#environment = record.environment
    this.#jobs = jobs
    this.#recorded = null
    this.#last = record
  }

  #revived(jobId: string, registry: KindRegistry): KnownJob | undefined {
    if (this.#recorded === null) return undefined
    const { record, stored } = this.#recorded
    const entry = record.entries.get(jobId)
    const definition = stored.get(jobId)
    if (record.environment !== registry.environment.digest || entry?.hash !== definition?.hash) return undefined
    if (entry === undefined || definition === undefined) return undefined
    return { ...entry, job: reviveJob(definition, { registry, digest }) }
  }
}
