import { isFinished, STATES } from '@apsis/core/run'
import type { Reader } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Definitions } from './definitions.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Log } from './ports.ts'

/** How the ids of ad hoc jobs begin. */
export const AD_HOC_PREFIX = 'adhoc-'

/** Ad hoc jobs in force at most: more are refused until some of their runs are over. */
export const MAX_AD_HOC = 10_000

/** Jobs asked about in one round. */
const ROUND = 500

export interface AdHocPorts {
  readonly definitions: Definitions
  readonly live: LiveRuns
  readonly committer: Committer
  readonly read: Pick<Reader, 'runs'>
  readonly log: Log
  post(task: () => void): void
}

/**
 * Lets ad hoc jobs go that nothing needs any more: those without schedules whose runs are all finished. Their definitions and versions stay in the store, so
 * that they can be read, and run again. In the engine's turn only.
 */
export class AdHocLeave {
  readonly #ports: AdHocPorts
  #busy = false

  constructor(ports: AdHocPorts) {
    this.#ports = ports
  }

  /** One round, to be called now and then. A job that somebody asked for since the last round stays for another. */
  round(): void {
    const { definitions, live, log } = this.#ports
    const asked = definitions.takeAsked()
    if (this.#busy || definitions.adHoc === 0) return
    const candidates: string[] = []
    for (const { id, adHoc, schedules } of definitions.all()) {
      if (candidates.length === ROUND) break
      if (adHoc && !asked.has(id) && live.countOfJob(id) === 0 && schedules.every(({ enabled }) => !enabled))
        candidates.push(id)
    }
    if (candidates.length === 0) return
    this.#busy = true
    this.#unneeded(candidates).then(
      (ids) => this.#ports.post(() => this.#letGo(ids)),
      (error: unknown) => {
        this.#busy = false
        log.error('cannot read what runs ad hoc jobs have: they stay in force', { error: String(error) })
      },
    )
  }

  async #unneeded(jobIds: readonly string[]): Promise<readonly string[]> {
    const states = STATES.filter((state) => !isFinished(state))
    const found: string[] = []
    // One at a time: nothing waits for it.
    for (const jobId of jobIds) {
      const { runs } = await this.#ports.read.runs({ filter: { jobId, states }, limit: 1 })
      if (runs.length === 0) found.push(jobId)
    }
    return found
  }

  #letGo(jobIds: readonly string[]): void {
    this.#busy = false
    const { definitions, committer, live } = this.#ports
    // What came in meanwhile may need them.
    const going = jobIds.filter((id) => live.countOfJob(id) === 0 && !definitions.isAsked(id))
    for (const id of going) definitions.remove(id)
    if (going.length > 0) committer.extra({ removedJobs: going })
  }
}
