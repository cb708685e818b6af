import { optionsIn } from '@apsis/agent/fixture'
import { type AgentHandle, runAgent, until } from '@apsis/agent/main'
import type { GivenOptions } from '@apsis/agent/options'
import type { ProcResult } from '@apsis/wire/result'
import type { ProcSpec } from '@apsis/wire/spec'
import type { Scope } from './afterwards.ts'

/** A real agent in this process, with its state in a folder. */
export class LocalAgent {
  readonly handle: AgentHandle
  readonly folder: string
  /** What it warned of. */
  readonly lines: readonly string[]

  private constructor(handle: AgentHandle, folder: string, lines: readonly string[]) {
    this.handle = handle
    this.folder = folder
    this.lines = lines
  }

  /** Starts one. After the scope everything that it runs is killed, and it ends. */
  static async start(scope: Scope, folder: string, given: GivenOptions = {}): Promise<LocalAgent> {
    const lines: string[] = []
    const handle = await runAgent(optionsIn(folder, given), {
      log: (level, text) => {
        if (level !== 'info') lines.push(`${level}: ${text}`)
      },
      environment: process.env,
    })
    const agent = new LocalAgent(handle, folder, lines)
    scope.defer(async () => {
      handle.shutdown('kill')
      await agent.until(() => handle.counts().unended === 0)
      await handle.stop()
    })
    return agent
  }

  /** Starts a proc; resolves when that is durable. Throws when it is refused. */
  async run(id: string, spec: ProcSpec): Promise<void> {
    const answer = await this.handle.request({ type: 'ProcStartRequest', specs: { [id]: spec } })
    if (answer !== null) throw new Error(`${id} is refused: ${JSON.stringify(answer)}`)
  }

  async result(id: string): Promise<ProcResult> {
    const answer = await this.handle.request({ type: 'ProcResultRequest', proc_id: id })
    if (answer?.type !== 'ProcResult') throw new Error(`${id} has no result: ${JSON.stringify(answer)}`)
    return answer.res
  }

  /** The result of a proc once it satisfies; looks after every change. */
  async resultOnce(id: string, holds: (result: ProcResult) => boolean): Promise<ProcResult> {
    for (;;) {
      // Listening first: it may change while the answer is made.
      const change = Promise.withResolvers<void>()
      const off = this.handle.onChange(change.resolve)
      const result = await this.result(id)
      if (!holds(result)) await change.promise
      off()
      if (holds(result)) return result
    }
  }

  /** The result of a proc when it has ended. */
  ended(id: string): Promise<ProcResult> {
    return this.resultOnce(id, ({ times }) => times.stop !== null)
  }

  /** Resolves when something holds, asked after every change; or when the agent has ended. */
  async until(holds: () => boolean): Promise<void> {
    await until(this.handle, holds)
  }

  async delete(id: string): Promise<void> {
    const answer = await this.handle.request({ type: 'ProcDeleteRequest', proc_id: id })
    if (answer?.type !== 'ProcDelete') throw new Error(`${id} is not deleted: ${JSON.stringify(answer)}`)
  }
}
