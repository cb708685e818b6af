import type { JobJson } from '@apsis/api/json'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Link } from '../router/link.tsx'
import { navigate, useSearch } from '../router/location.ts'
import { jobPath } from '../router/paths.ts'
import { Labels } from '../ui/args.tsx'
import { Prose } from '../ui/prose.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Empty } from '../ui/section.tsx'
import { byFolder, excerptOf, filterJobs, type JobFilter, labelsOf, schedulesOf } from './labels.ts'

/** Jobs shown at one time; a search finds the others. */
const MAX_SHOWN = 500

/** `/jobs`: every job by folder, with a search. */
export function JobsPage(): ReactElement {
  const query = useQuery({ queryKey: ['jobs'], queryFn: () => client.jobs() })
  const search = new URLSearchParams(useSearch())
  const filter: JobFilter = { words: search.get('keywords') ?? '', label: search.get('label') }
  return (
    <main className="page">
      <h1 className="visually-hidden">Jobs</h1>
      <Loaded query={query}>{(jobs) => <JobList jobs={jobs} filter={filter} />}</Loaded>
    </main>
  )
}

function goTo(filter: JobFilter): void {
  const query = new URLSearchParams()
  if (filter.words !== '') query.set('keywords', filter.words)
  if (filter.label !== null) query.set('label', filter.label)
  navigate(query.size === 0 ? '/jobs' : `/jobs?${query.toString()}`, { replace: true })
}

function JobList({ jobs, filter }: { readonly jobs: readonly JobJson[]; readonly filter: JobFilter }): ReactElement {
  const labels = [...new Set(jobs.flatMap(labelsOf))].sort()
  const found = filterJobs(jobs, filter)
  return (
    <>
      <search className="filters">
        <input
          type="search"
          className="input search"
          aria-label="Search jobs"
          placeholder="Search jobs"
          spellCheck={false}
          value={filter.words}
          onChange={(event) => goTo({ ...filter, words: event.target.value })}
        />
        {labels.length > 0 && (
          <select
            className="input"
            aria-label="Label"
            value={filter.label ?? ''}
            onChange={(event) => goTo({ ...filter, label: event.target.value === '' ? null : event.target.value })}
          >
            <option value="">All labels</option>
            {labels.map((label) => (
              <option key={label}>{label}</option>
            ))}
          </select>
        )}
        <span className="faint num">
          {found.length === jobs.length ? `${jobs.length} jobs` : `${found.length} of ${jobs.length} jobs`}
        </span>
      </search>
      {jobs.length === 0 && <Empty>There are no jobs. Put YAML files into the job folder, then reload it.</Empty>}
      {jobs.length > 0 && found.length === 0 && <Empty>No jobs match.</Empty>}
      {byFolder(found.slice(0, MAX_SHOWN)).map(([folder, members]) => (
        <section key={folder} className="section" aria-label={folder === '' ? 'Top folder' : folder}>
          {folder !== '' && <h2 className="folder">{folder}/</h2>}
          <ul className="jobs">
            {members.map((job) => (
              <li key={job.job_id} className="job">
                <span className="job-name">
                  <Link href={jobPath(job.job_id)}>{job.job_id.slice(folder === '' ? 0 : folder.length + 1)}</Link>
                  {job.params.length > 0 && <span className="faint">({job.params.join(', ')})</span>}
                  <Labels labels={labelsOf(job)} />
                </span>
                <span className="job-schedule">{schedulesOf(job)}</span>
                <span className="job-excerpt">
                  <Prose text={excerptOf(job) ?? ''} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {found.length > MAX_SHOWN && <Empty>The first {MAX_SHOWN} are shown. Search to find the others.</Empty>}
    </>
  )
}
