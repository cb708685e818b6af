import type { Instant } from '../time/index.ts'
import { covers, isActive, isOfJob, type Pause, pauseText } from './pause.ts'

/** What the pauses mean for a scheduled run whose time has come. */
export type PauseDecision =
  | { readonly type: 'begin' }
  | { readonly type: 'skip'; readonly message: string }
  | { readonly type: 'hold'; readonly pause: string; readonly message: string }

/**
 * A run is held while a pause that holds is in force, since that loses nothing; when none is, it is skipped where one that skips covers the
 * time it was due at, even where that pause has ended since: a server that was down or late decides as one that was not. `room`: whether one
 * more may be held; where not, it is skipped and says so.
 */
export function decidePause(
  pauses: Iterable<Pause>,
  run: { readonly jobId: string; readonly labels: readonly string[]; readonly due: Instant },
  now: Instant,
  room: boolean,
): PauseDecision {
  let skip: Pause | null = null
  for (const pause of pauses) {
    if (!isOfJob(pause, run) || !covers(pause, run.due)) continue
    if (pause.mode === 'skip') skip ??= pause
    else if (isActive(pause, now)) {
      if (room) return { type: 'hold', pause: pause.id, message: pauseText(pause) }
      return { type: 'skip', message: `as many runs as may be are held: ${pauseText(pause)}` }
    }
  }
  return skip === null ? { type: 'begin' } : { type: 'skip', message: pauseText(skip) }
}
