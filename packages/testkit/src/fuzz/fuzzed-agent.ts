import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { type Scope, temporaryFolder } from '../agent/index.ts'
import { soon } from './campaign.ts'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** An agent in a process of its own, that must not end. */
export class FuzzedAgent {
  readonly #child: ChildProcess
  readonly #said: () => string
  readonly port: number

  private constructor(child: ChildProcess, port: number, said: () => string) {
    this.#child = child
    this.port = port
    this.#said = said
  }

  /** Starts one, with a server to connect to where one is given. It has a folder of its own to be in, and is gone after the scope. */
  static async start(
    scope: Scope,
    server?: { readonly port: number; readonly certPath: string },
  ): Promise<FuzzedAgent> {
    const folder = await temporaryFolder(scope)
    const link = server === undefined ? [] : [String(server.port), server.certPath, 'secret']
    const program = join(import.meta.dirname, 'agent-process.ts')
    const child = spawn(process.execPath, [program, folder, ...link], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    child.stderr.on('data', (bytes: Buffer) => {
      text += bytes.toString()
    })
    scope.defer(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    })
    const ready = once(child.stdout, 'data').then(([bytes]: unknown[]) => Number(String(bytes)))
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the agent ended: ${text}`)
    })
    // Also once nobody waits.
    ended.catch(() => {})
    return new FuzzedAgent(child, await Promise.race([ready, ended]), () => text)
  }

  /** Throws Error when the agent has ended, with what it said. `after`: the input that it was given, to be told. */
  assertAlive(after: string): void {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the agent ended (${signalCode ?? exitCode}) after ${after}: ${this.#said()}`)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Asks the HTTP service, and resolves to the whole answer. */
  ask(method: string, path: string, body?: string): Promise<Answer> {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' }
    const answer = new Promise<Answer>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false }, (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
    return soon(answer, `${method} ${path}`, 20_000)
  }

  /** Kills and deletes every proc. */
  async clear(): Promise<void> {
    for (;;) {
      const { text } = await this.ask('GET', '/procs?text=0')
      const read: unknown = JSON.parse(text)
      const ids = procIds(read)
      if (ids.length === 0) return
      for (const id of ids) {
        const path = `/procs/${encodeURIComponent(id)}`
        const gone = await this.ask('DELETE', path)
        if (gone.status !== 200) await this.ask('POST', `${path}/signals/9`)
      }
    }
  }
}

function procIds(answer: unknown): readonly string[] {
  const inside = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  const procs = inside(inside(answer, 'data'), 'procs')
  return typeof procs === 'object' && procs !== null ? Object.keys(procs) : []
}
