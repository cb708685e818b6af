import type { LaunchPlan, OutputFile } from '@apsis/agent/machine'
import type { Host, ProcEnd, ProcTruth } from './host.ts'
import type { Lifetime } from './lifetime.ts'
import { outputBytes, parseProgram, type Program } from './program.ts'

const SIGKILL = 9
/** Signals that end a program that does nothing about them: HUP, INT, QUIT, TERM. */
const DEADLY = [1, 2, 3, 15]
const PIECES = 6
const ENOENT = 2

/** A monitor with its proc, from the fork to its own end (PROTOCOL.md). Neither the agent nor the launcher matter to it. */
export class SimMonitor {
  readonly pid: number
  readonly start: number
  readonly procId: string
  readonly #host: Host
  readonly #life: Lifetime
  readonly #plan: LaunchPlan
  readonly #program: Program
  readonly #truth: ProcTruth
  readonly #capture: { readonly fd: number; readonly file: OutputFile } | null
  readonly #gone: Set<() => void> = new Set()
  #state: 'forked' | 'running' | 'ended' | 'gone' = 'forked'
  #began: { readonly wall: bigint; readonly mono: bigint; readonly pid: number } | null = null
  #recorded = false
  #cancelKill = (): void => {}
  #killAt = Infinity

  constructor(host: Host, plan: LaunchPlan) {
    this.#host = host
    this.#life = host.kernel
    this.#plan = plan
    this.#program = parseProgram(plan.argv)
    this.procId = plan.id
    this.#truth = host.truthOf(plan.id)
    this.pid = host.newPid()
    this.start = Number(host.clocks().mono / 10_000_000n)
    const capture = plan.fds.find((fd) => fd.kind === 'capture')
    this.#capture = capture?.kind === 'capture' ? { fd: capture.fd, file: capture.file } : null
    host.add(this)
    host.holdLock(this)
    this.#life.after(this.#delay(), () => this.#begin())
  }

  get running(): boolean {
    return this.#state === 'running'
  }

  /** Calls back when the monitor is no more. */
  whenGone(callback: () => void): void {
    this.#gone.add(callback)
  }

  /** Signals the proc, or stops its tree; grace in ms, null: never SIGKILL. */
  command(what: 'signal' | 'stop', signum: number, grace: number | null): void {
    if (this.#state === 'forked') {
      this.#life.after(1, () => this.command(what, signum, grace))
      return
    }
    if (this.#state !== 'running') return
    if (what === 'stop' && grace !== null) this.#killWithin(grace)
    this.#signal(signum)
  }

  /** The monitor itself is killed, and its proc with it. Nobody writes a record. */
  killed(): void {
    this.#host.trace.sometimes('monitor killed')
    this.vanish('monitor')
    for (const callback of this.#gone) callback()
  }

  /** It and its proc are gone, at once. */
  vanish(how: 'monitor' | 'reboot'): void {
    // An end that was not recorded is one that nobody can know.
    if (!this.#recorded) this.#truth.end = { how }
    this.#state = 'gone'
    this.#host.remove(this)
    this.#host.releaseLock(this)
  }

  #begin(): void {
    if (this.#state !== 'forked') return
    const { wall, mono } = this.#host.clocks()
    const pid = this.#host.newPid()
    this.#began = { wall, mono, pid }
    this.#state = 'running'
    this.#truth.begun++
    this.#truth.beganAt ??= this.#life.monotonic()
    const times = { pid, pid_start: this.start, wall: String(wall), mono: String(mono) }
    this.#record({ t: 'start', v: 1, id: this.procId, mon: this.pid, mon_start: this.start, ...times })
    this.#host.releaseLock(this)
    if (this.#program.missing) return this.#end({ how: 'missing' })
    this.#truth.executed++
    this.#host.trace.add(this.#host.name, `executes ${this.procId}`)
    const { duration, bytes, exit } = this.#program
    for (let piece = 1; piece <= PIECES; piece++) {
      const until = Math.floor((bytes * piece) / PIECES)
      this.#life.after((duration * piece) / (PIECES + 1), () => this.#write(until))
    }
    this.#life.after(duration, () => this.#end({ how: 'exit', status: exit << 8 }))
  }

  #write(until: number): void {
    if (this.#state !== 'running' || this.#capture === null || until === this.#truth.written) return
    this.#host.files.write(this.#capture.file, outputBytes(this.procId, this.#truth.written, until))
    this.#truth.written = until
  }

  #signal(signum: number): void {
    const dies = signum === SIGKILL || (!this.#program.deaf && DEADLY.includes(signum))
    if (!dies) return
    this.#life.after(this.#host.random.below(3), () => this.#end({ how: 'exit', status: signum }))
  }

  // A later command with an earlier end hastens.
  #killWithin(grace: number): void {
    const at = this.#life.monotonic() + grace
    if (at >= this.#killAt) return
    this.#cancelKill()
    this.#killAt = at
    this.#cancelKill = this.#life.after(grace, () => {
      if (this.#state !== 'running') return
      this.#host.trace.sometimes('SIGKILL after the grace period')
      this.#signal(SIGKILL)
    })
  }

  #end(end: ProcEnd): void {
    if (this.#state !== 'running') return
    this.#state = 'ended'
    this.#truth.end = end
    this.#cancelKill()
    const { wall, mono } = this.#host.clocks()
    const began = this.#began ?? { wall, mono, pid: 0 }
    this.#host.trace.add(this.#host.name, `ends ${this.procId} ${JSON.stringify(end)}`)
    const errors =
      end.how === 'missing' ? [{ stage: 'exec', fd: null, errno: ENOENT, text: 'No such file or directory' }] : []
    const line = {
      t: 'end',
      v: 1,
      id: this.procId,
      pid: began.pid,
      status: end.how === 'exit' ? end.status : null,
      start: String(began.wall),
      stop: String(began.wall + (mono - began.mono)),
      elapsed: String(mono - began.mono),
      rusage: { utime: 1, stime: 1, maxrss: 1 },
      errors,
      out: this.#capture === null ? [] : [{ fd: this.#capture.fd, len: this.#truth.written }],
      stat: null,
      statm: null,
      tree: { left: 0, killed: 0, empty: true, proof: 'subreaper' },
    }
    // Between its proc's end and its record a monitor can be killed: then the record never comes.
    this.#life.after(this.#delay(), () => {
      if (this.#state !== 'ended') return
      this.#record(line)
      this.#recorded = true
      this.#life.after(this.#delay(), () => this.#leave())
    })
  }

  #leave(): void {
    if (this.#state !== 'ended') return
    this.#state = 'gone'
    this.#host.remove(this)
    for (const callback of this.#gone) callback()
  }

  #record(line: object): void {
    this.#host.files.append(this.#plan.segment, `\n${JSON.stringify(line)}\n`)
  }

  #delay(): number {
    const { random } = this.#host
    return random.chance(0.02) ? random.below(2_000) : random.below(6)
  }
}
