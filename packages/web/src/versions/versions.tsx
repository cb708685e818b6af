import type { JobVersionJson } from '@apsis/api/routes'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Link } from '../router/link.tsx'
import { navigate, useSearch } from '../router/location.ts'
import { jobPath } from '../router/paths.ts'
import { Time } from '../time/time.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Empty, Section } from '../ui/section.tsx'
import { Edits } from './edits.tsx'

/** Digits of a hash that are shown. */
export const SHORT_HASH = 12

type Present = JobVersionJson & { readonly hash: string }

/** The definitions that a job has had, and what changed from one to another. `?version=` and `?from=` of the address name them. */
export function Versions({ jobId }: { readonly jobId: string }): ReactElement {
  const query = useQuery({ queryKey: ['job', jobId, 'versions'], queryFn: () => client.jobVersions(jobId) })
  return (
    <Section title="Versions">
      <Loaded query={query}>
        {({ versions, more }) =>
          versions.length === 0 ? (
            <Empty>None is kept.</Empty>
          ) : (
            <>
              <VersionList jobId={jobId} versions={versions} />
              {more && <Empty>The latest {versions.length} are shown; apsis job --versions has the others.</Empty>}
            </>
          )
        }
      </Loaded>
    </Section>
  )
}

function VersionList(props: { readonly jobId: string; readonly versions: readonly JobVersionJson[] }): ReactElement {
  const { jobId, versions } = props
  const search = new URLSearchParams(useSearch())
  const there = versions.filter((version): version is Present => version.hash !== null)
  const named = (name: string): Present | undefined => {
    const hash = search.get(name)
    return hash === null || hash === '' ? undefined : there.find((one) => one.hash.startsWith(hash))
  }
  const asked = search.get('version')
  const to = named('version') ?? (asked === null ? there[0] : undefined)
  const before = to === undefined ? undefined : there.slice(there.indexOf(to) + 1).find(({ hash }) => hash !== to.hash)
  const from = named('from') ?? before
  return (
    <div className="versions">
      <ol className="version-list" aria-label="Versions">
        {versions.map((version, index) => (
          <li key={`${version.since} ${version.hash}`} className="version" aria-current={version === to}>
            <span className="num">{version.since === null ? 'before' : <Time at={version.since} />}</span>
            {version.hash === null ? (
              <span className="faint">removed</span>
            ) : (
              <Link className="mono" href={`${jobPath(jobId)}?version=${version.hash.slice(0, SHORT_HASH)}`}>
                {version.hash.slice(0, SHORT_HASH)}
              </Link>
            )}
            {version.current && index === 0 && <span className="label">in force</span>}
          </li>
        ))}
      </ol>
      {to === undefined ? (
        <Empty>{asked === null ? 'No definition is kept.' : `Version ${asked} is not among those listed.`}</Empty>
      ) : (
        <Compared jobId={jobId} to={to} from={from} others={there.filter(({ hash }) => hash !== to.hash)} />
      )}
    </div>
  )
}

function Compared(props: {
  readonly jobId: string
  readonly to: Present
  readonly from: Present | undefined
  readonly others: readonly Present[]
}): ReactElement {
  const { jobId, to, from, others } = props
  const short = to.hash.slice(0, SHORT_HASH)
  if (from === undefined) return <Empty>{short} is the first version that is kept.</Empty>
  const compare = (hash: string): void =>
    navigate(`${jobPath(jobId)}?version=${short}&from=${hash.slice(0, SHORT_HASH)}`, { replace: true })
  return (
    <div className="compared">
      <div className="compared-head">
        <span>
          <code className="mono">{short}</code> compared with
        </span>
        <select
          className="input mono"
          aria-label="Compared with"
          value={from.hash}
          onChange={(event) => compare(event.target.value)}
        >
          {[...new Set([from.hash, ...others.map(({ hash }) => hash)])].map((hash) => (
            <option key={hash} value={hash}>
              {hash.slice(0, SHORT_HASH)}
            </option>
          ))}
        </select>
      </div>
      <Difference jobId={jobId} from={from.hash} to={to.hash} />
    </div>
  )
}

function Difference(props: { readonly jobId: string; readonly from: string; readonly to: string }): ReactElement {
  const { jobId, from, to } = props
  const query = useQuery({
    queryKey: ['diff', jobId, from, to],
    queryFn: () => client.jobDiff(jobId, { from, to }),
    // What two definitions differ in never changes.
    staleTime: Infinity,
  })
  return (
    <Loaded query={query}>
      {({ edits }) =>
        edits.length === 0 ? (
          <Empty>The definitions say the same; what their templates are given differs, as calendars.</Empty>
        ) : (
          <Edits edits={edits} />
        )
      }
    </Loaded>
  )
}
