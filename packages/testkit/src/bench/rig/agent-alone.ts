import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ProcSpec } from '@apsis/wire/spec'
import { temporaryFolder } from '../../agent/index.ts'
import type { Answer, Order } from './agent-process.ts'
import { buildLauncher } from './build.ts'

/** An agent without a server, as a process of its own, so that what it uses can be told apart. */
export class AgentAlone {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** Starts one; with the scope it and what it runs ends. */
  static async open(scope: AsyncDisposableStack): Promise<AgentAlone> {
    await buildLauncher()
    const folder = await temporaryFolder(scope)
    const child = fork(join(import.meta.dirname, 'agent-process.ts'), [folder], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    scope.defer(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    })
    const agent = new AgentAlone(child)
    await agent.#answer()
    return agent
  }

  get pid(): number {
    const { pid } = this.#process
    if (pid === undefined) throw new Error('the agent was not started')
    return pid
  }

  /** Starts procs; resolves when all of them run, or have ended already. */
  async start(specs: Readonly<Record<string, ProcSpec>>): Promise<void> {
    await this.#ask({ start: specs })
  }

  /** The result of a proc once it has ended; rejects unless that was with exit code 0. */
  async result(id: string): Promise<Extract<Answer, { readonly result: unknown }>['result']> {
    const answer = await this.#ask({ await: id })
    if (!('result' in answer) || answer.result.state !== 'terminated')
      throw new Error(`${id}: ${JSON.stringify(answer)}`)
    return answer.result
  }

  async #ask(order: Order): Promise<Answer> {
    const answer = this.#answer()
    this.#process.send(order)
    const given = await answer
    if ('failed' in given) throw new Error(given.failed)
    return given
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('the agent has ended'))
      this.#process.once('exit', gone)
      this.#process.once('message', (answer: Answer) => {
        this.#process.off('exit', gone)
        resolve(answer)
      })
    })
  }
}
