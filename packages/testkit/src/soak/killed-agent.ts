import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../agent/index.ts'
import { type ExistingServer, TOKEN } from '../conformance/index.ts'

const PROGRAM = join(import.meta.dirname, 'agent-process.ts')

/** An agent in a process of its own that is killed and started again, always with the same state folder. */
export class KilledAgent {
  readonly #server: ExistingServer
  readonly #args: readonly string[]
  #child: ChildProcess | null = null
  /** What all of them said. */
  log = ''

  constructor(scope: Scope, options: { server: ExistingServer; folder: string; certPath: string }) {
    this.#server = options.server
    this.#args = [PROGRAM, options.folder, String(options.server.port), options.certPath, TOKEN]
    scope.defer(() => this.#end('SIGQUIT'))
  }

  /** Starts one; resolves when it has registered. Rejects when it ends before. */
  async start(): Promise<void> {
    const before = this.#server.arrived.all.length
    const child = spawn(process.execPath, this.#args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    child.stderr.on('data', (bytes: Buffer) => {
      this.log += bytes.toString()
    })
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the agent ended: ${this.log}`)
    })
    // Also once nobody waits.
    ended.catch(() => {})
    await Promise.race([this.#server.message('Register', undefined, before), ended])
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Kills the spawner of the agent; false when there is none at the moment. */
  async killSpawner(): Promise<boolean> {
    const pid = this.#child?.pid
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    for (const child of children.split(' ').filter((text) => text !== '')) {
      const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')
      if (!command.includes('procstar-launcher')) continue
      try {
        process.kill(Number(child), 'SIGKILL')
        return true
      } catch {
        return false
      }
    }
    return false
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
}
