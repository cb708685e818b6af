import type { Now } from '@apsis/agent/machine'
import type { VirtualClock } from '../clock/index.ts'
import type { Random } from '../random/index.ts'
import { HostFiles } from './host-files.ts'
import { Lifetime } from './lifetime.ts'
import type { NthFault } from './nth-fault.ts'
import type { SimMonitor } from './monitor.ts'
import type { Trace } from './trace.ts'

/** What really happened to a proc, whoever knows of it. */
export interface ProcTruth {
  /** How often its program was executed: at most once, or something is wrong. */
  executed: number
  /** How often a monitor came to its first record. */
  begun: number
  /** When its monitor began it, by true time, ms; null: not yet. */
  beganAt: number | null
  /** Bytes that it wrote. */
  written: number
  end: ProcEnd | null
}

/** How a proc ended: by its own exit or a signal (raw wait status), because its program was not there, or with its monitor or its host. */
export type ProcEnd =
  | { readonly how: 'exit'; readonly status: number }
  | { readonly how: 'missing' }
  | { readonly how: 'monitor' | 'reboot' }

/** One simulated host: its kernel, its disk and its clock. The agents on it come and go. */
export class Host {
  readonly name: string
  readonly files: HostFiles = new HostFiles()
  readonly truth: Map<string, ProcTruth> = new Map()
  readonly random: Random
  readonly trace: Trace
  readonly nth: NthFault
  readonly #clock: VirtualClock
  readonly #monitors = new Map<number, SimMonitor>()
  readonly #lock = new Set<object>()
  readonly #lockWaiters: (() => void)[] = []
  #kernel: Lifetime
  #boots = 1
  #pids = 100
  /** Called once, when the next monitor is about to be started. */
  onLaunch: (() => void) | null = null
  /** How far this host's wall clock is off, ms. */
  wallStep = 0

  constructor(
    name: string,
    parts: {
      readonly clock: VirtualClock
      readonly random: Random
      readonly trace: Trace
      readonly nth: NthFault
    },
  ) {
    this.nth = parts.nth
    this.name = name
    this.random = parts.random
    this.trace = parts.trace
    this.#clock = parts.clock
    this.#kernel = new Lifetime(parts.clock)
  }

  get boot(): string {
    return `${this.name}-boot-${this.#boots}`
  }

  /** The life of the kernel: everything on the host ends with it. */
  get kernel(): Lifetime {
    return this.#kernel
  }

  /** The host's clocks, ns. */
  clocks(): Now {
    const mono = this.#clock.monotonic()
    return { wall: BigInt(mono + this.wallStep) * 1_000_000n, mono: BigInt(mono) * 1_000_000n }
  }

  newPid(): number {
    return ++this.#pids
  }

  truthOf(procId: string): ProcTruth {
    const known = this.truth.get(procId)
    if (known !== undefined) return known
    const fresh: ProcTruth = { executed: 0, begun: 0, beganAt: null, written: 0, end: null }
    this.truth.set(procId, fresh)
    return fresh
  }

  add(monitor: SimMonitor): void {
    this.#monitors.set(monitor.pid, monitor)
  }

  remove(monitor: SimMonitor): void {
    this.#monitors.delete(monitor.pid)
  }

  /** The monitor of a pid and start time, if it is there. */
  monitor(pid: number, start: number): SimMonitor | undefined {
    const found = this.#monitors.get(pid)
    return found?.start === start ? found : undefined
  }

  monitors(): readonly SimMonitor[] {
    return [...this.#monitors.values()]
  }

  /** Holds the lock of the state folder as well: a spawner shares it with its monitors until each has its first record. */
  holdLock(holder: object): void {
    this.#lock.add(holder)
  }

  releaseLock(holder: object): void {
    this.#lock.delete(holder)
    if (this.#lock.size === 0) for (const waiter of this.#lockWaiters.splice(0)) waiter()
  }

  /** Calls back when nobody holds the lock. */
  whenUnlocked(callback: () => void): void {
    if (this.#lock.size === 0) callback()
    else this.#lockWaiters.push(callback)
  }

  /** The kernel starts anew: every process is gone, the disk stays. */
  reboot(): void {
    this.trace.add(this.name, 'reboots')
    if (this.#monitors.size > 0) this.trace.sometimes('host rebooted with procs running')
    for (const monitor of this.#monitors.values()) monitor.vanish('reboot')
    this.#monitors.clear()
    this.#kernel.kill()
    this.#kernel = new Lifetime(this.#clock)
    this.#lock.clear()
    this.#lockWaiters.splice(0)
    this.#boots++
  }
}
