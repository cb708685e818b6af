import { type ReactElement, useEffect, useState } from 'react'
import type { RunFilter } from '../live/filter.ts'
import { navigate } from '../router/location.ts'
import { StateIcon } from '../ui/state-icon.tsx'
import { addressOf, GROUPS, toggled } from './address.ts'

/** Milliseconds after the last key before what was typed applies. */
const PAUSE = 250

/** The filters above the list of runs. They live in the address. */
export function Filters({ filter }: { readonly filter: RunFilter }): ReactElement {
  return (
    <search className="filters">
      <JobText filter={filter} />
      <div className="chips" role="group" aria-label="States">
        {GROUPS.map(({ name, sign, states }) => {
          const count = states.filter((state) => filter.states.includes(state)).length
          return (
            <button
              key={name}
              type="button"
              className="chip"
              data-state={sign}
              aria-pressed={count === states.length ? true : count > 0 ? 'mixed' : false}
              title={states.join(', ')}
              onClick={() =>
                navigate(addressOf({ ...filter, states: toggled(filter.states, states) }), { replace: true })
              }
            >
              <StateIcon state={sign} />
              {name}
            </button>
          )
        })}
        {filter.states.length > 0 && (
          <button
            type="button"
            className="chip clear"
            onClick={() => navigate(addressOf({ ...filter, states: [] }), { replace: true })}
          >
            All states
          </button>
        )}
      </div>
    </search>
  )
}

function JobText({ filter }: { readonly filter: RunFilter }): ReactElement {
  const [text, setText] = useState(filter.jobText)
  const [seen, setSeen] = useState(filter.jobText)
  if (seen !== filter.jobText) {
    // The address changed: by what was typed here, or by something else, which then holds.
    setSeen(filter.jobText)
    if (text.trim() !== filter.jobText) setText(filter.jobText)
  }
  useEffect(() => {
    const applied = text.trim()
    if (applied === filter.jobText) return undefined
    const timer = window.setTimeout(
      () => navigate(addressOf({ ...filter, jobText: applied }), { replace: true }),
      PAUSE,
    )
    return () => window.clearTimeout(timer)
  }, [text, filter])
  return (
    <input
      type="search"
      className="input search"
      aria-label="Filter by job"
      placeholder="Filter by job"
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setText('')
      }}
    />
  )
}
