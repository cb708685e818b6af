import type { FindingsJson } from '@apsis/api/json'
import type { ReactElement, ReactNode } from 'react'
import { Link } from '../router/link.tsx'
import { jobPath, runPath } from '../router/paths.ts'
import { Time } from '../time/time.tsx'

/** A finding: a run, a job, or one of its due times. */
export interface Finding {
  readonly job_id: string
  readonly run_id: string | null
  readonly due?: string
}

/** What was found of a kind: how many, what that means, and the first of them. */
export function Findings<T extends Finding>(props: {
  readonly name: string
  /** What one is. */
  readonly means: string
  readonly level: 'bad' | 'odd'
  readonly found: FindingsJson<T>
  readonly words: (one: T) => ReactNode
}): ReactElement {
  const { found, name, words } = props
  const count = `${found.total.toLocaleString('en')}${found.more ? ' or more' : ''}`
  return (
    <section className="findings" aria-label={name}>
      <header className="finding-head" data-level={found.total === 0 ? 'good' : props.level}>
        <span className="finding-sign" aria-hidden="true">
          {found.total === 0 ? '✓' : '!'}
        </span>
        <h3>{name}</h3>
        <span className="num">{found.total === 0 ? 'none' : count}</span>
        <span className="faint">{props.means}</span>
      </header>
      {found.list.length > 0 && (
        <ul className="finding-list">
          {found.list.map((one) => (
            <li key={`${one.job_id} ${one.run_id} ${one.due}`}>
              {one.run_id !== null && <Link href={runPath(one.run_id)}>{one.run_id}</Link>}
              <Link href={jobPath(one.job_id)}>{one.job_id}</Link>
              {one.due !== undefined && <Time at={one.due} />}
              <span className="finding-words">{words(one)}</span>
            </li>
          ))}
          {found.total > found.list.length && <li className="faint">The first {found.list.length} are shown.</li>}
        </ul>
      )}
    </section>
  )
}
