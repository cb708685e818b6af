import type { JobJson } from '@apsis/api/json'
import type { JsonObject } from '@apsis/core/json'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Link } from '../router/link.tsx'
import { ArgList, Labels } from '../ui/args.tsx'
import { JsonView } from '../ui/json-view.tsx'
import { isObject, textOf, wordsOf } from '../ui/json.ts'
import { Prose } from '../ui/prose.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Field, Section } from '../ui/section.tsx'
import { Versions } from '../versions/versions.tsx'
import { labelsOf } from './labels.ts'
import { PauseButton } from './pause-button.tsx'
import { PauseBanners } from './pauses.tsx'
import { RecentRuns } from './recent-runs.tsx'
import { ScheduleForm } from './schedule-form.tsx'

/** `/job/…`: one job. */
export function JobPage({ jobId }: { readonly jobId: string }): ReactElement {
  const query = useQuery({ queryKey: ['job', jobId], queryFn: () => client.job(jobId) })
  return (
    <main className="page">
      <Loaded query={query}>{(job) => <Job key={job.job_id} job={job} />}</Loaded>
      {/* Those of a job that is gone are kept, too. */}
      {query.status !== 'pending' && <Versions jobId={query.data?.job_id ?? jobId} />}
    </main>
  )
}

function Job({ job }: { readonly job: JobJson }): ReactElement {
  const { labels: _labels, description: _description, ...others } = job.metadata
  const description = textOf(job.metadata, 'description')
  return (
    <>
      <header className="page-head">
        <div className="page-title">
          <h1>{job.job_id}</h1>
          <Labels labels={labelsOf(job)} />
          {job.ad_hoc && <span className="label">ad hoc</span>}
        </div>
        <div className="operations">
          <PauseButton jobId={job.job_id} />
          <Link className="button" href={`/runs?job=${encodeURIComponent(job.job_id)}`}>
            All runs
          </Link>
        </div>
      </header>
      <PauseBanners jobId={job.job_id} />
      {description !== null && (
        <p className="description">
          <Prose text={description.trim()} />
        </p>
      )}
      <div className="columns">
        <Section title="Details">
          <dl className="fields">
            {job.params.length > 0 && <Field name="Params">{job.params.join(', ')}</Field>}
            <Field name="Program">
              <code className="code">{wordsOf(job.program)}</code>
            </Field>
            <Field name="Schedules">
              <Schedules schedules={job.schedule} />
            </Field>
            <Field name="Conditions">
              <Things things={job.condition} />
            </Field>
            <Field name="Actions">
              <Things things={job.action} />
            </Field>
          </dl>
        </Section>
        <Section title="Schedule a run">
          <ScheduleForm job={job} />
        </Section>
      </div>
      <Section title="Recent runs">
        <RecentRuns jobId={job.job_id} />
      </Section>
      {Object.keys(others).length > 0 && (
        <Section title="Metadata">
          <JsonView json={others} />
        </Section>
      )}
    </>
  )
}

function Schedules({ schedules }: { readonly schedules: readonly JsonObject[] }): ReactElement {
  if (schedules.length === 0) return <span className="faint">none</span>
  return (
    <ul className="plain">
      {schedules.map((schedule) => {
        const args = schedule['args']
        const given = isObject(args)
          ? Object.fromEntries(
              Object.entries(args).map(([name, value]) => [
                name,
                typeof value === 'string' ? value : JSON.stringify(value),
              ]),
            )
          : {}
        return (
          <li key={JSON.stringify(schedule)}>
            {wordsOf(schedule)} <ArgList args={given} />
            {schedule['enabled'] === false && <span className="label">disabled</span>}
          </li>
        )
      })}
    </ul>
  )
}

function Things({ things }: { readonly things: readonly JsonObject[] }): ReactElement {
  if (things.length === 0) return <span className="faint">none</span>
  return (
    <ul className="plain">
      {things.map((thing) => (
        <li key={JSON.stringify(thing)}>{wordsOf(thing)}</li>
      ))}
    </ul>
  )
}
