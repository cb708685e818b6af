import { SECOND } from './now.ts'
import type { Proc } from './proc.ts'
import type { Step } from './state.ts'

/** How often a server wants the result of a proc that runs; ns on the monotonic clock. */
export interface Updates {
  readonly interval: bigint
  readonly next: bigint
}

/** Longest time between two, s: of a longer one nothing would be seen. */
const LONGEST = 1_000_000_000
/** A tick may come a little early. */
const SLACK = SECOND / 4n

/** From now on the server gets the result of a proc every `interval` seconds, at least one, while it runs; null: no more. */
export function sendEvery(step: Step, proc: Proc, interval: number | null): void {
  const { updates } = step.state
  if (interval === null || proc.state === 'ended') return void updates.delete(proc.id)
  const ns = BigInt(Math.ceil(Math.min(Math.max(interval, 1), LONGEST) * 1e9))
  updates.set(proc.id, { interval: ns, next: step.now.mono + ns })
}

/** Sends the results that are due. Costs nothing as long as nobody wants any. */
export function sendUpdates(step: Step): void {
  const { procs, updates } = step.state
  const { mono } = step.now
  for (const [id, { interval, next }] of updates) {
    const proc = procs.get(id)
    if (proc === undefined || proc.state === 'ended') updates.delete(id)
    else if (mono + SLACK >= next) {
      updates.set(id, { interval, next: mono + interval })
      if (proc.state === 'running') step.out.push({ do: 'sendUpdate', proc })
    }
  }
}
