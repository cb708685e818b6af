import type { ReactElement } from 'react'
import { navigate } from '../router/location.ts'
import { StateIcon } from '../ui/state-icon.tsx'
import { addressOf, GROUPS, type RunsAddress, toggled } from './address.ts'
import { QueryField } from './query-field.tsx'
import { useTyped } from './use-typed.ts'

/** The filters above the list of runs. They live in the address. */
export function Filters({ asked }: { readonly asked: RunsAddress }): ReactElement {
  return (
    <search className="filters">
      <JobText asked={asked} />
      <div className="chips" role="group" aria-label="States">
        {GROUPS.map(({ name, sign, states }) => {
          const count = states.filter((state) => asked.states.includes(state)).length
          return (
            <button
              key={name}
              type="button"
              className="chip"
              data-state={sign}
              aria-pressed={count === states.length ? true : count > 0 ? 'mixed' : false}
              title={states.join(', ')}
              onClick={() =>
                navigate(addressOf({ ...asked, states: toggled(asked.states, states) }), { replace: true })
              }
            >
              <StateIcon state={sign} />
              {name}
            </button>
          )
        })}
        {asked.states.length > 0 && (
          <button
            type="button"
            className="chip clear"
            onClick={() => navigate(addressOf({ ...asked, states: [] }), { replace: true })}
          >
            All states
          </button>
        )}
      </div>
      <QueryField
        query={asked.query}
        onApply={(query) => navigate(addressOf({ ...asked, query }), { replace: true })}
      />
    </search>
  )
}

function JobText({ asked }: { readonly asked: RunsAddress }): ReactElement {
  const [text, setText] = useTyped(asked.jobText, (jobText) => {
    if (jobText !== asked.jobText) navigate(addressOf({ ...asked, jobText }), { replace: true })
  })
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
