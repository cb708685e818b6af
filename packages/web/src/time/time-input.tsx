import type { ReactElement } from 'react'
import { useZone } from './zone.ts'

/** Asks for a time of the chosen zone. The value is as `parseLocal` reads it, or empty. */
export function TimeInput(props: {
  readonly label: string
  readonly required?: boolean
  readonly value: string
  readonly onChange: (local: string) => void
}): ReactElement {
  const zone = useZone()
  return (
    <label className="labelled">
      {props.label} ({zone})
      <input
        className="input"
        type="datetime-local"
        step={1}
        required={props.required === true}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  )
}
