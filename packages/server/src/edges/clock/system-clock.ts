import type { Clock } from '../../engine/ports.ts'

/** The wall clock is looked at again at least this often, ms: a clock step or a suspended machine is noticed within it. */
const RELOOK = 1_000

/** The system's wall clock. A wake-up is compared with the clock and armed again when it came early: timers fire up to 1 ms before. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    soon: (callback) => {
      setImmediate(callback)
    },
    wake: (at, callback) => {
      let timer: NodeJS.Timeout
      const look = (): void => {
        const left = at - Date.now()
        if (left <= 0) callback()
        else timer = setTimeout(look, Math.min(left, RELOOK))
      }
      timer = setTimeout(look, Math.min(Math.max(0, at - Date.now()), RELOOK))
      return () => clearTimeout(timer)
    },
  }
}
