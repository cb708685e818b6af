import type { State } from '@apsis/core/run'
import type { ReactElement } from 'react'

// Each state has a shape of its own, so that nothing hangs on colour alone.
const SHAPES: Readonly<Record<State, ReactElement>> = {
  new: <circle cx="8" cy="8" r="5.5" strokeDasharray="2 2" />,
  scheduled: <path d="M8 4.5V8l2.5 1.5M13.5 8A5.5 5.5 0 1 1 2.5 8a5.5 5.5 0 0 1 11 0Z" />,
  waiting: <path d="M4 2.5h8M4 13.5h8M5 2.5c0 3.5 6 7.5 6 11M11 2.5c0 3.5-6 7.5-6 11" />,
  starting: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5M6.5 5.5 10.5 8l-4 2.5Z" />,
  running: <path className="spin" d="M8 2.5A5.5 5.5 0 1 1 2.5 8" />,
  stopping: <path d="M13.5 8A5.5 5.5 0 1 1 2.5 8a5.5 5.5 0 0 1 11 0ZM6 6h4v4H6Z" />,
  success: <path d="m3 8.5 3.5 3.5L13 4.5" />,
  failure: <path d="m4 4 8 8m0-8-8 8" />,
  error: <path d="M8 2.5 14 13H2ZM8 6.5v3M8 11.2v.3" />,
  skipped: <path d="m3 4 4 4-4 4m5-8 4 4-4 4m5-8v8" />,
}

const HELD = <path d="M5.5 3v10M10.5 3v10" />

/** The sign of a state. */
export function StateIcon({ state }: { readonly state: State }): ReactElement {
  return (
    <svg className="state-icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  )
}

/** A state as sign and word; of a run that is held, that it is. */
export function StateBadge({ state, held = false }: { readonly state: State; readonly held?: boolean }): ReactElement {
  if (held) {
    return (
      <span className="state" data-state="held">
        <svg className="state-icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          {HELD}
        </svg>
        held
      </span>
    )
  }
  return (
    <span className="state" data-state={state}>
      <StateIcon state={state} />
      {state}
    </span>
  )
}
