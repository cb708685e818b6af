import { type ChildProcess, spawn } from 'node:child_process'
import type { Command, CommandFor, LaunchPlan, Monitor, StageError } from '../../machine/index.ts'
import { GatheredWrites } from '../gathered-writes.ts'
import { commandFrame, type Paths, startFrame, unpipeFrame, watchFrame } from './frame.ts'
import { type Reply, ReplyReader } from './reply.ts'

/** Told of what the launcher says and of its own life. */
export interface LauncherEvents {
  /** A launcher is there, and holds the lock. Before every request. */
  ready(): void
  /** It has ended; another is on its way. What it was asked and did not answer is for `ready` to ask again. */
  lost(): void
  launched(id: string, monitor: Monitor): void
  launchFailed(id: string, error: StageError): void
  commanded(id: string, command: Command, asked: CommandFor, errno: number | null): void
  gone(monitor: Monitor): void
  /** For the log. */
  trouble(text: string): void
}

export interface LauncherOptions {
  /** The binary. */
  readonly path: string
  /** Locked as long as an agent uses the folder that it is in. */
  readonly lockFile: () => string
  readonly paths: Paths
}

type Waiting =
  | { readonly kind: 'start'; readonly id: string }
  | { readonly kind: 'watch'; readonly monitor: Monitor }
  | { readonly kind: 'unpipe' }
  | { readonly kind: 'command'; readonly id: string; readonly command: Command; readonly asked: CommandFor }

const E2BIG = 7
const ESRCH = 3
/** Time between two tries to watch a monitor, ms. */
const WATCH_AGAIN = 1_000
/** Time that it has to end, ms: what it does until then takes none. */
const END_WITHIN = 10_000
/** Between the end of a launcher and the next one, ms: the first and the longest wait. */
const RESPAWN_FIRST = 50
const RESPAWN_LONGEST = 5_000

/** Another agent uses the state folder. */
export class FolderBusyError extends Error {
  readonly code = 'agent-folder-busy'
}

/**
 * The launcher as a child process: sends requests, takes replies, and starts it anew when it ends. Proc and monitors do not notice that.
 * Requests are only for between `ready` and `lost`.
 */
export class Launcher {
  readonly #options: LauncherOptions
  readonly #events: LauncherEvents
  #child: ChildProcess | null = null
  #writes: GatheredWrites | null = null
  #waiting = new Map<number, Waiting>()
  #nextRequest = 1
  #respawnAfter = RESPAWN_FIRST
  #respawn: NodeJS.Timeout | null = null
  #ready = false
  #closed = false
  #exited: Promise<void> = Promise.resolve()

  constructor(options: LauncherOptions, events: LauncherEvents) {
    this.#options = options
    this.#events = events
  }

  /** Starts the first launcher. Throws FolderBusyError when the folder is in use, and when the binary cannot be run. `ready` is not called for it. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#spawn(resolve, reject)
    })
  }

  /** Bytes of requests that the launcher has not taken. */
  get backlog(): number {
    return this.#child?.stdin?.writableLength ?? 0
  }

  launch(plan: LaunchPlan): void {
    const request = this.#request({ kind: 'start', id: plan.id })
    const frame = startFrame(request, plan, this.#options.paths)
    if (frame !== null) return this.#write(frame)
    this.#waiting.delete(request)
    const error: StageError = { stage: 'request', fd: null, errno: E2BIG, text: 'Argument list too long' }
    queueMicrotask(() => this.#events.launchFailed(plan.id, error))
  }

  command(id: string, monitor: Monitor, command: Command, asked: CommandFor): void {
    this.#write(commandFrame(this.#request({ kind: 'command', id, command, asked }), monitor, command))
  }

  /** Gives up a pipe. Its answer says nothing that matters: the pipe may never have been made. */
  unpipe(pipe: number): void {
    this.#write(unpipeFrame(this.#request({ kind: 'unpipe' }), pipe))
  }

  watch(monitor: Monitor): void {
    this.#write(watchFrame(this.#request({ kind: 'watch', monitor }), monitor))
  }

  /** Ends the launcher; procs and monitors go on. Resolves when it is gone, and its lock with it. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#respawn !== null) clearTimeout(this.#respawn)
    const child = this.#child
    child?.stdin?.end()
    const late = setTimeout(() => {
      this.#events.trouble('the launcher does not end; killing it')
      child?.kill('SIGKILL')
    }, END_WITHIN)
    await this.#exited
    clearTimeout(late)
  }

  #request(waiting: Waiting): number {
    const request = this.#nextRequest
    this.#nextRequest = request === 0xffff_ffff ? 1 : request + 1
    this.#waiting.set(request, waiting)
    return request
  }

  #write(frame: Uint8Array): void {
    // A launcher that has just died is noticed by its exit, which gives everything that waits back.
    this.#writes?.gather()
    this.#child?.stdin?.write(frame)
  }

  #spawn(resolve: () => void, reject: (error: Error) => void): void {
    const { path } = this.#options
    const lockFile = this.#options.lockFile()
    // Procs inherit the agent's own input and output, which for the launcher are 3 and 4. In a session of its own, no terminal signals it.
    // Of the environment it needs nothing, and the token least.
    const child = spawn(path, ['spawn', lockFile, '3', '4'], {
      stdio: ['pipe', 'pipe', 'inherit', 0, 1],
      detached: true,
      env: {},
    })
    this.#child = child
    this.#writes = child.stdin === null ? null : new GatheredWrites(child.stdin)
    const exited = Promise.withResolvers<void>()
    this.#exited = exited.promise
    const reader = new ReplyReader()
    let failure: Error | null = null
    // Both ends show in the launcher's exit.
    child.stdin?.on('error', () => {})
    child.stdout?.on('error', () => {})
    child.stdout?.on('data', (bytes: Buffer) => {
      try {
        for (const reply of reader.read(bytes)) {
          if (reply.op === 'ready') this.#becomeReady(resolve)
          else if (reply.op === 'busy')
            failure = new FolderBusyError(`the state folder is in use by another agent (lock ${lockFile})`)
          else this.#take(reply)
        }
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
        child.kill('SIGKILL')
      }
    })
    child.once('error', (error) => {
      failure = new Error(`cannot run the launcher ${path}: ${error.message}`)
      if (child.pid === undefined) this.#ended(failure, reject, exited.resolve)
    })
    // Not on `exit`: what it has still said is to be taken first. A monitor holds neither pipe.
    child.once('close', (code, signal) => {
      this.#ended(failure ?? new Error(`the launcher ended: ${signal ?? `exit code ${code}`}`), reject, exited.resolve)
    })
  }

  /** Whether requests are taken now. */
  get ready(): boolean {
    return this.#ready
  }

  #becomeReady(resolve: () => void): void {
    this.#ready = true
    this.#respawnAfter = RESPAWN_FIRST
    resolve()
  }

  #ended(failure: Error, reject: (error: Error) => void, exited: () => void): void {
    const waiting = [...this.#waiting.values()]
    const wasReady = this.#ready
    this.#waiting = new Map()
    this.#ready = false
    this.#child = null
    this.#writes = null
    exited()
    if (this.#closed) return
    if (wasReady) {
      this.#events.lost()
      for (const one of waiting)
        if (one.kind === 'command') this.#events.commanded(one.id, one.command, one.asked, null)
      this.#respawnLater(failure)
    } else {
      reject(failure)
    }
  }

  #respawnLater(failure: Error): void {
    this.#events.trouble(`${failure.message}; starting it again in ${this.#respawnAfter} ms`)
    this.#respawn = setTimeout(() => {
      this.#spawn(
        () => this.#events.ready(),
        (error) => this.#respawnLater(error),
      )
    }, this.#respawnAfter)
    this.#respawnAfter = Math.min(this.#respawnAfter * 2, RESPAWN_LONGEST)
  }

  #take(reply: Exclude<Reply, { readonly op: 'ready' } | { readonly op: 'busy' }>): void {
    if (reply.op === 'gone') return this.#events.gone(reply.monitor)
    const waiting = this.#waiting.get(reply.request)
    if (waiting === undefined)
      return this.#events.trouble(`the launcher answered a request that it was not asked: ${reply.op} ${reply.request}`)
    this.#waiting.delete(reply.request)
    switch (reply.op) {
      case 'launched':
        if (waiting.kind === 'start') this.#events.launched(waiting.id, reply.monitor)
        return
      case 'failed':
        return this.#failed(waiting, { stage: reply.stage, fd: null, errno: reply.errno, text: reply.text })
      case 'done':
        if (waiting.kind === 'command') this.#events.commanded(waiting.id, waiting.command, waiting.asked, reply.errno)
        if (waiting.kind === 'watch' && reply.errno !== 0) this.#notWatched(waiting.monitor, reply.errno)
    }
  }

  /** Only ESRCH says that the monitor is gone; anything else (such as too many open files) only that it is not watched yet. */
  #notWatched(monitor: Monitor, errno: number): void {
    if (errno === ESRCH) {
      this.#events.gone(monitor)
      return
    }
    this.#events.trouble(`monitor ${monitor.pid} cannot be watched (errno ${errno}); trying again`)
    setTimeout(() => this.watch(monitor), WATCH_AGAIN).unref()
  }

  #failed(waiting: Waiting, error: StageError): void {
    if (waiting.kind === 'start') this.#events.launchFailed(waiting.id, error)
    if (waiting.kind === 'command') this.#events.commanded(waiting.id, waiting.command, waiting.asked, error.errno)
    if (waiting.kind === 'watch') this.#events.trouble(`a monitor cannot be watched: ${error.text}`)
  }
}
