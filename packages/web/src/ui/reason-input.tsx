import type { ReactElement } from 'react'

/** Longest reason that the server takes, characters. */
const MAX_REASON = 1_000

/** Asks why, for the log of the run. */
export function ReasonInput(props: {
  readonly value: string
  readonly onChange: (reason: string) => void
}): ReactElement {
  return (
    <label className="labelled">
      Reason (optional)
      <input
        className="input"
        name="reason"
        maxLength={MAX_REASON}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  )
}
