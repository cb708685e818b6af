import type { Clock } from '../../engine/ports.ts'

/** The wall clock is looked at again at least this often, ms: a clock step or a suspended machine is noticed within it. */
const RELOOK = 1_000
/** The last of the wait is spent looking at the clock in every turn, ms: timers are up to that much late. */
const POLLED = 1

/** The longest that a timer is set for, ms: Node takes more for nothing. */
const LONGEST = 2 ** 31 - 1

/** The system's clocks. A wake-up is compared with the clock and armed again when it came early: timers fire up to 1 ms before. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after: (delay, callback) => {
      const end = performance.now() + delay
      let timer: NodeJS.Timeout
      const look = (): void => {
        const left = end - performance.now()
        if (left <= 0) callback()
        else timer = setTimeout(look, Math.min(Math.ceil(left), LONGEST))
      }
      timer = setTimeout(look, Math.min(Math.max(0, Math.ceil(delay)), LONGEST))
      return () => clearTimeout(timer)
    },
    soon: (callback) => {
      setImmediate(callback)
    },
    wake: (at, callback) => {
      let timer: NodeJS.Timeout | null = null
      let poll: NodeJS.Immediate | null = null
      const look = (): void => {
        const left = at - Date.now()
        if (left <= 0) callback()
        else if (left <= POLLED) poll = setImmediate(look)
        else timer = setTimeout(look, Math.min(left - POLLED, RELOOK))
      }
      timer = setTimeout(look, Math.min(Math.max(0, at - POLLED - Date.now()), RELOOK))
      return () => {
        if (timer !== null) clearTimeout(timer)
        if (poll !== null) clearImmediate(poll)
      }
    },
  }
}
