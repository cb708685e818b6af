import type { Command, CommandFor, LaunchPlan, Monitor, StageError } from '@apsis/agent/machine'
import type { Host } from './host.ts'
import { Lifetime } from './lifetime.ts'
import { SimMonitor } from './monitor.ts'
import type { VirtualClock } from '../clock/index.ts'

const ESRCH = 3
const EAGAIN = 11

/** What a launcher tells the agent. */
export interface LauncherEvents {
  ready(): void
  launched(id: string, monitor: Monitor): void
  launchFailed(id: string, error: StageError): void
  commanded(id: string, command: Command, asked: CommandFor, errno: number | null): void
  gone(monitor: Monitor): void
}

/** A spawner: takes requests in order, forks monitors, answers in order. Ends with its agent; its monitors go on. */
export class SimLauncher {
  readonly #host: Host
  readonly #life: Lifetime
  readonly #events: LauncherEvents
  readonly #unanswered = new Set<{ readonly id: string; readonly command: Command; readonly asked: CommandFor }>()
  #lastRequest = 0
  #lastReply = 0
  #pending = 0

  constructor(host: Host, clock: VirtualClock, events: LauncherEvents) {
    this.#host = host
    this.#life = new Lifetime(clock)
    this.#events = events
    const kernel = host.kernel
    const begin = (): void => {
      if (kernel.dead || this.#life.dead) return
      host.whenUnlocked(() => {
        if (kernel.dead || this.#life.dead) return
        host.holdLock(this)
        this.#reply(() => events.ready())
      })
    }
    this.#life.after(host.random.below(20), begin)
  }

  /** Starts that it has not answered. */
  get pending(): number {
    return this.#pending
  }

  /** Its agent is gone: it ends as soon as it notices. */
  endOfFile(): void {
    this.#life.after(this.#host.random.below(5), () => this.kill())
  }

  /** Ends at once. Gives the commands that it leaves unanswered. */
  kill(): readonly { readonly id: string; readonly command: Command; readonly asked: CommandFor }[] {
    this.#life.kill()
    this.#host.releaseLock(this)
    return [...this.#unanswered]
  }

  launch(plan: LaunchPlan): void {
    this.#pending++
    const { onLaunch } = this.#host
    this.#host.onLaunch = null
    onLaunch?.()
    this.#request(() => {
      if (this.#host.nth.fails('spawn') || this.#host.random.chance(0.01)) {
        const error: StageError = { stage: 'fork', fd: null, errno: EAGAIN, text: 'Resource temporarily unavailable' }
        this.#reply(() => {
          this.#pending--
          this.#events.launchFailed(plan.id, error)
        })
        return
      }
      const monitor = new SimMonitor(this.#host, plan)
      this.#watch(monitor)
      this.#reply(() => {
        this.#pending--
        this.#events.launched(plan.id, { pid: monitor.pid, start: monitor.start })
      })
    })
  }

  command(id: string, monitor: Monitor, command: Command, asked: CommandFor): void {
    const unanswered = { id, command, asked }
    this.#unanswered.add(unanswered)
    this.#request(() => {
      const found = this.#host.monitor(monitor.pid, monitor.start)
      if (found !== undefined)
        found.command(command.what, command.signum, command.what === 'stop' ? command.grace : null)
      this.#reply(() => {
        this.#unanswered.delete(unanswered)
        this.#events.commanded(id, command, asked, found === undefined ? ESRCH : 0)
      })
    })
  }

  watch(monitor: Monitor): void {
    this.#request(() => {
      const found = this.#host.monitor(monitor.pid, monitor.start)
      if (found === undefined) this.#reply(() => this.#events.gone(monitor))
      else this.#watch(found)
    })
  }

  #watch(monitor: SimMonitor): void {
    monitor.whenGone(() => {
      if (!this.#life.dead) this.#reply(() => this.#events.gone({ pid: monitor.pid, start: monitor.start }))
    })
  }

  #request(act: () => void): void {
    const kernel = this.#host.kernel
    this.#lastRequest = Math.max(this.#lastRequest, this.#life.monotonic() + this.#delay())
    this.#life.after(this.#lastRequest - this.#life.monotonic(), () => kernel.dead || act())
  }

  #reply(act: () => void): void {
    const kernel = this.#host.kernel
    this.#lastReply = Math.max(this.#lastReply, this.#life.monotonic() + this.#delay())
    this.#life.after(this.#lastReply - this.#life.monotonic(), () => kernel.dead || act())
  }

  #delay(): number {
    const { random } = this.#host
    return random.chance(0.02) ? random.below(1_500) : random.below(4)
  }
}
