import { parseQuery, type QueryProblem } from '@apsis/core/query'
import { type ReactElement, useId, useRef, useState } from 'react'
import { serverNow } from '../time/clock.ts'
import { queryZone } from '../time/query-zone.ts'
import { useZone } from '../time/zone.ts'
import { QueryHelp } from './query-help.tsx'
import { useTyped } from './use-typed.ts'

/** The query of the list, in the query language. One that cannot be read is not applied: what is wrong stands below, with its column. */
export function QueryField(props: { readonly query: string; readonly onApply: (query: string) => void }): ReactElement {
  const { query, onApply } = props
  const zone = useZone()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [problems, setProblems] = useState<readonly QueryProblem[]>([])
  const [text, setText] = useTyped(query, (typed) => {
    const read = parseQuery(typed, { now: serverNow(), zone: queryZone(zone) })
    setProblems(read.ok ? [] : read.problems)
    if (read.ok && typed !== query) onApply(typed)
  })
  const show = (column: number): void => {
    input.current?.focus()
    input.current?.setSelectionRange(text.length - text.trimStart().length + column - 1, text.length)
  }
  return (
    <>
      <input
        ref={input}
        type="search"
        className="input search query mono"
        aria-label="Query"
        aria-invalid={problems.length > 0}
        aria-describedby={problems.length > 0 ? id : undefined}
        placeholder="Query, as state:failure since:2d"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('')
        }}
      />
      <QueryHelp />
      {problems.length > 0 && (
        <ul id={id} className="query-problems" role="alert" aria-label="Problems of the query">
          {problems.map(({ column, message, hint }) => (
            <li key={`${column} ${message}`}>
              <button type="button" className="link-button num" onClick={() => show(column)}>
                column {column}
              </button>{' '}
              {message}
              {hint === null ? '.' : `. ${hint}`}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
