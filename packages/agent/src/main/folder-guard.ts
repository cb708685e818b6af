import { errorText, type Rescue, type Spool } from '../edges/spool/index.ts'
import { type AgentMachine, fileOf } from '../machine/index.ts'
import type { LogLevel } from './run-agent.ts'

/** What is looked after, and who is told. */
export interface Guarded {
  readonly folder: string
  readonly spool: Spool
  readonly rescue: Rescue
  readonly machine: AgentMachine
  readonly log: (level: LogLevel, text: string) => void
  /** Nothing can be kept any more; called once. */
  readonly gone: () => void
}

/**
 * Looks whether the state folder is still there. What runs when it is removed is followed to its end all the same: journals are open here, outputs are
 * open at the monitors. But nothing more is to be started, since no later agent would know of it.
 */
export class FolderGuard {
  readonly #guarded: Guarded
  #looking: Promise<void> | null = null
  #isGone = false

  constructor(guarded: Guarded) {
    this.#guarded = guarded
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Looks; one at a time. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: unknown) => this.#guarded.log('warn', `looking after the state folder: ${errorText(error)}`))
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }

  async #look(): Promise<void> {
    const { folder, spool, log, gone } = this.#guarded
    // Again and again: a monitor opens its file when the first output comes.
    if (this.#isGone) return this.#rescue()
    const problem = spool.missing()
    if (problem !== null) {
      this.#isGone = true
      log(
        'error',
        `the state folder ${folder} is gone: ${problem}; nothing more is started, and what is not taken from this agent before it ends is lost`,
      )
      await this.#rescue()
      return gone()
    }
    if (!(await spool.remakeOutputs())) return
    log('error', `outputs in ${folder} were removed; what of them is not open any more is lost`)
    await this.#rescue()
  }

  async #rescue(): Promise<void> {
    const { machine, spool, rescue, log } = this.#guarded
    // A proc may have started, and written, in the moment before: its record, which says who its monitor is, may not have been read. A read that fails
    // is tried again with each beat, which says so.
    await spool.catchUp().catch(() => {})
    for (const id of machine.procIds()) {
      const proc = machine.proc(id)
      if (proc === undefined || (proc.state !== 'running' && proc.state !== 'ended') || proc.monitor === null) continue
      const captures = proc.fds.filter(({ action }) => action.kind === 'capture' && action.path === null)
      const paths = new Set(captures.map(({ fd }) => spool.layout.output(fileOf(proc, fd))))
      if (paths.size === 0) continue
      const taken = await rescue.take(proc.monitor.pid, paths)
      if (taken.length > 0) log('info', `output of ${id} is read from its monitor now`)
    }
  }
}
