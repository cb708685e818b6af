import type { JobsStateJson } from '@apsis/api/routes'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Time } from '../time/time.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Field, Section } from '../ui/section.tsx'
import { REFRESH } from './refresh.ts'

const WATCHING: Readonly<Record<JobsStateJson['watching'], string>> = {
  off: 'by command only',
  events: 'by itself, when a file changes',
  looks: 'by itself, every few seconds',
  failed: 'by command only: watching has failed',
}

/** Which jobs are in force, and what is wrong with the job folder where it is not. */
export function JobsInForce(): ReactElement {
  const query = useQuery({ queryKey: ['jobs', 'state'], queryFn: () => client.jobsState(), refetchInterval: REFRESH })
  return (
    <Section title="Job folder">
      <Loaded query={query}>
        {(state) => (
          <>
            <dl className="fields">
              <Field name="In force">
                {state.jobs.toLocaleString('en')} jobs
                {state.ad_hoc_jobs > 0 && `, ${state.ad_hoc_jobs.toLocaleString('en')} ad hoc`}
                {state.since !== null && (
                  <span className="faint">
                    {' since '}
                    <Time at={state.since} />
                  </span>
                )}
              </Field>
              {state.changing !== null && (
                <Field name="Not in force yet">
                  {'the change of '}
                  <Time at={state.changing} />
                  {', which waits for the store'}
                </Field>
              )}
              <Field name="Folder read">
                <Time at={state.read ?? undefined} />
              </Field>
              <Field name="Is read">{WATCHING[state.watching]}</Field>
              {state.lock !== null && <Field name="Waits for">{state.lock}</Field>}
            </dl>
            <Problems state={state} />
          </>
        )}
      </Loaded>
    </Section>
  )
}

function Problems({ state }: { readonly state: JobsStateJson }): ReactElement {
  const { problems, problem_count: count } = state
  if (count === 0) return <p className="finding-foot faint">The folder has no errors; what it says is in force.</p>
  return (
    <div className="problem" role="alert">
      <p>
        The folder has {count.toLocaleString('en')} {count === 1 ? 'error' : 'errors'} and is not in force; the last
        good jobs are.
      </p>
      <ul className="plain">
        {problems.map(({ text }) => (
          <li key={text} className="problem-text">
            {text}
          </li>
        ))}
      </ul>
      {count > problems.length && <p>The first {problems.length} are shown.</p>}
    </div>
  )
}
