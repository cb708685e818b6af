import { ApiError } from '@apsis/api/client'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { messageOf } from '../net/message.ts'
import { Empty } from './section.tsx'

/** What was asked of the server, or in its place that it is loading or what went wrong. */
export function Loaded<T>(props: {
  readonly query: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
}): ReactElement {
  const { data, error, refetch } = props.query
  // Data that is shown stays: a lost connection has its banner. What the server no longer has goes.
  const gone = error instanceof ApiError && error.status === 404
  if (data !== undefined && !gone) return <>{props.children(data)}</>
  if (error === null) return <Empty>Loading…</Empty>
  return (
    <div className="problem" role="alert">
      <p>{messageOf(error)}</p>
      {!gone && (
        <button type="button" className="button" onClick={() => void refetch()}>
          Try again
        </button>
      )}
    </div>
  )
}
