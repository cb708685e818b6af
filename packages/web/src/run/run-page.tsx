import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useEffect } from 'react'
import type { HeldJson, RunSummary } from '@apsis/api/json'
import { isFinished } from '@apsis/core/run'
import { useWatchedRun } from '../live/use-watched-run.ts'
import { client } from '../net/client.ts'
import { Link } from '../router/link.tsx'
import { jobPath } from '../router/paths.ts'
import { ArgList } from '../ui/args.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Section } from '../ui/section.tsx'
import { StateBadge } from '../ui/state-icon.tsx'
import { Time } from '../time/time.tsx'
import { Details } from './details.tsx'
import { RunLog } from './log.tsx'
import { Metadata } from './metadata.tsx'
import { OperationButtons } from './operation-buttons.tsx'
import { Outputs } from './outputs.tsx'

/** `/runs/:id`: one run, live. Another run needs another key. */
export function RunPage({ runId }: { readonly runId: string }): ReactElement {
  const watched = useWatchedRun(runId)
  const queries = useQueryClient()
  const full = useQuery({ queryKey: ['run', runId], queryFn: () => client.run(runId) })
  const version = watched.run?.version
  const known = full.data?.version
  useEffect(() => {
    // What is only in the full run (program, conditions, agent) changes with it.
    if (version !== undefined && known !== undefined && version > known) {
      void queries.invalidateQueries({ queryKey: ['run', runId] })
    }
  }, [version, known, queries, runId])

  return (
    <main className="page">
      <Loaded query={full}>
        {(loaded) => {
          const run = watched.run !== null && watched.run.version >= loaded.version ? watched.run : loaded
          const meta = watched.run === null ? loaded.meta : watched.meta
          return (
            <>
              <Head run={run} gone={watched.gone} />
              {watched.gone && <Gone run={run} />}
              <Why run={run} />
              <div className="columns">
                <Section title="Details">
                  <Details run={run} full={loaded} />
                </Section>
                <Section title="Run log">
                  <RunLog watched={watched} />
                </Section>
              </div>
              <Outputs runId={runId} state={run.state} outputs={watched.outputs} />
              <Section title="Metadata">
                <Metadata meta={meta} />
              </Section>
            </>
          )
        }}
      </Loaded>
    </main>
  )
}

function Head({ run, gone }: { readonly run: RunSummary; readonly gone: boolean }): ReactElement {
  return (
    <header className="page-head">
      <div className="page-title">
        <h1>
          <Link href={jobPath(run.job_id)}>{run.job_id}</Link> <span className="faint">{run.run_id}</span>
        </h1>
        <span role="status" aria-label="State">
          <StateBadge state={run.state} held={run.held !== undefined} />
        </span>
        <ArgList args={run.args} />
      </div>
      {!gone && <OperationButtons run={run} />}
    </header>
  )
}

/** That the server no longer has the run. */
function Gone({ run }: { readonly run: RunSummary }): ReactElement {
  return (
    <p className="why" role="status" aria-label="Removed">
      {isFinished(run.state)
        ? 'This run was removed from the server, by retention or into an archive.'
        : 'This run was withdrawn: its schedule no longer has it.'}
      {' What is here is the last that was known of it.'}
    </p>
  )
}

/** That the run is held, until when and why. */
function Held({ held }: { readonly held: HeldJson }): ReactElement {
  return (
    <p className="why" data-state="held">
      {'Held since '}
      <Time at={held.since} />
      {held.until !== null && (
        <>
          {' until '}
          <Time at={held.until} />
        </>
      )}
      {held.due && ', its time has passed'}
      {held.reason === null ? '.' : `: ${held.reason}`}
    </p>
  )
}

/** Why the run waits, or ended as it did. */
function Why({ run }: { readonly run: RunSummary }): ReactElement | null {
  if (run.unreachable_since !== undefined) {
    return (
      <p className="why" data-state="error">
        Its agent has been unreachable since <Time at={run.unreachable_since} />. The process goes on; what became of it
        is known when the agent is back.
      </p>
    )
  }
  if (run.held !== undefined) return <Held held={run.held} />
  const why = run.because ?? run.message
  if (why === undefined || why === '') return null
  return (
    <p className="why" data-state={run.state}>
      {run.because === undefined ? '' : 'Waiting: '}
      {why}
    </p>
  )
}
