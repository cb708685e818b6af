import type { Effect, TimerKey } from './input.ts'
import type { Run } from './run.ts'

/** Timers that watch a process which runs. */
const OF_PROCESS: ReadonlySet<TimerKey> = new Set<TimerKey>(['stop', 'timeout', 'kill'])

/**
 * Whether the effects of a step may be carried out before the step is durable: all of them only watch, signal or end a process that is known to
 * run, so that its start is durable, and a crash before the step is leaves it no worse off than if its signal had come from elsewhere. `after`: the
 * run as stepped. Nothing that starts anything may.
 */
export function mayPrecedeRecord(after: Run, effects: readonly Effect[]): boolean {
  if (after.state !== 'running' && after.state !== 'stopping') return false
  if (after.times.running === undefined || effects.length === 0) return false
  return effects.every((effect) => {
    const { type } = effect
    if (type === 'arm' || type === 'disarm') return OF_PROCESS.has(effect.key)
    return type === 'stop' || type === 'signal'
  })
}
