import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { frame, type Monitor, monitorBytes, OP, type Reply, readReply, type Start, startFields, u32 } from './frames.ts'

/** SIGKILL never follows. */
export const FOREVER = 0xffffffff

export interface SpawnerOptions {
  readonly binary: string
  readonly lock: string
  readonly args?: readonly string[]
  /** From the third on. */
  readonly stdio?: StdioOptions
  readonly env?: Readonly<Record<string, string>>
  /** Shell that runs before the launcher takes its place. */
  readonly before?: string
}

interface Wanted {
  readonly wants: (reply: Reply) => boolean
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** A launcher as the agent has one. Replies that nobody has waited for yet are kept. */
export class Spawner {
  readonly child: ChildProcess
  readonly exited: Promise<unknown[]>
  readonly replies: Reply[] = []
  /** Every monitor that it has started. */
  readonly launched: Monitor[] = []
  #wanted: Wanted[] = []
  #rest: Buffer = Buffer.alloc(0)
  #nextId = 1

  constructor({ binary, lock, args = [], stdio = [], env = {}, before }: SpawnerOptions) {
    const command = [binary, 'spawn', lock, ...args]
    const [file = '', ...rest] =
      before === undefined ? command : ['/bin/sh', '-c', `${before}; exec "$@"`, 'sh', ...command]
    const more = Array.isArray(stdio) ? stdio : []
    this.child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit', ...more], env: { ...process.env, ...env } })
    this.exited = once(this.child, 'close')
    this.child.stdin?.on('error', () => {})
    this.child.stdout?.on('data', (bytes: Buffer) => this.#read(bytes))
    void this.exited.then(() => {
      for (const one of this.#wanted) one.reject(new Error('the spawner has ended'))
      this.#wanted = []
    })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (let next = readReply(this.#rest); next !== null; next = readReply(this.#rest)) {
      this.#rest = this.#rest.subarray(next.size)
      const { reply } = next
      if (reply.op === 'launched') this.launched.push(reply.monitor)
      const index = this.#wanted.findIndex((one) => one.wants(reply))
      if (index < 0) this.replies.push(reply)
      else this.#wanted.splice(index, 1)[0]?.resolve(reply)
    }
  }

  /** The first reply that is wanted and was not taken before. */
  reply(wants: (reply: Reply) => boolean): Promise<Reply> {
    const index = this.replies.findIndex(wants)
    const [kept] = index < 0 ? [] : this.replies.splice(index, 1)
    if (kept !== undefined) return Promise.resolve(kept)
    return new Promise((resolve, reject) => this.#wanted.push({ wants, resolve, reject }))
  }

  async ready(): Promise<this> {
    await this.reply((reply) => reply.op === 'ready')
    return this
  }

  write(bytes: Uint8Array): void {
    this.child.stdin?.write(bytes)
  }

  /** Sends a request and resolves with the answer to it. */
  ask(op: number, body: Uint8Array): Promise<Reply> {
    const id = this.#nextId++
    this.write(frame(op, id, body))
    return this.reply((reply) => reply.id === id)
  }

  async start(start: Start): Promise<Monitor> {
    const reply = await this.ask(OP.start, Buffer.concat(startFields(start)))
    if (reply.op !== 'launched') throw new Error(`not launched: ${JSON.stringify(reply)}`)
    return reply.monitor
  }

  async #done(op: number, body: Uint8Array): Promise<number> {
    const reply = await this.ask(op, body)
    if (reply.op !== 'done') throw new Error(`not done: ${JSON.stringify(reply)}`)
    return reply.errno
  }

  /** Sends a signal to the proc; errno. */
  signal(monitor: Monitor, signum: number): Promise<number> {
    return this.command(monitor, 0, signum, 0)
  }

  /** Stops the tree; errno. */
  stop(monitor: Monitor, signum: number, graceMs: number): Promise<number> {
    return this.command(monitor, 1, signum, graceMs)
  }

  command(monitor: Monitor, what: number, signum: number, graceMs: number): Promise<number> {
    return this.#done(OP.command, Buffer.concat([monitorBytes(monitor), Buffer.from([what, signum]), u32(graceMs)]))
  }

  watch(monitor: Monitor): Promise<number> {
    return this.#done(OP.watch, monitorBytes(monitor))
  }

  async gone(monitor: Monitor): Promise<void> {
    await this.reply(
      (reply) => reply.op === 'gone' && reply.monitor.pid === monitor.pid && reply.monitor.start === monitor.start,
    )
  }

  /** Ends it as an agent does. */
  async close(): Promise<unknown[]> {
    this.child.stdin?.end()
    return this.exited
  }
}
