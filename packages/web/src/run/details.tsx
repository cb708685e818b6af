import type { RunJson, RunSummary } from '@apsis/api/json'
import { isFinished } from '@apsis/core/run'
import type { ReactElement } from 'react'
import { Link } from '../router/link.tsx'
import { jobPath, runPath } from '../router/paths.ts'
import { Elapsed, Time } from '../time/time.tsx'
import { ArgList, Labels } from '../ui/args.tsx'
import { textOf, wordsOf } from '../ui/json.ts'
import { Field } from '../ui/section.tsx'
import { SHORT_HASH } from '../versions/versions.tsx'
import { LedgerField } from './instant.tsx'

/** What a run is. `full` is null while it is loading. */
export function Details({ run, full }: { readonly run: RunSummary; readonly full: RunJson | null }): ReactElement {
  const end = isFinished(run.state) ? run.times[run.state] : undefined
  const from = full === null ? null : textOf(full.origin, 'run_id')
  return (
    <dl className="fields">
      <Field name="Job">
        <Link href={jobPath(run.job_id)}>{run.job_id}</Link> <Labels labels={run.labels} />
      </Field>
      {Object.keys(run.args).length > 0 && (
        <Field name="Args">
          <ArgList args={run.args} />
        </Field>
      )}
      <Field name="Scheduled">
        <Time at={run.times.schedule} />
      </Field>
      <Field name="Start">
        <Time at={run.times.running ?? run.times.starting} />
      </Field>
      <Field name="End">
        <Time at={end} />
      </Field>
      {run.times.stop !== undefined && (
        <Field name="Scheduled stop">
          <Time at={run.times.stop} />
        </Field>
      )}
      <Field name="Elapsed">
        <Elapsed run={run} />
      </Field>
      {full !== null && (
        <Field name="Origin">
          {textOf(full.origin, 'type') ?? 'unknown'}
          {from !== null && (
            <>
              {' of '}
              <Link href={runPath(from)}>{from}</Link>
            </>
          )}
        </Field>
      )}
      {full?.definition !== undefined && (
        <Field name="Version">
          <Link className="mono" href={`${jobPath(run.job_id)}?version=${full.definition.slice(0, SHORT_HASH)}`}>
            {full.definition.slice(0, SHORT_HASH)}
          </Link>{' '}
          <span className="faint">of the job</span>
        </Field>
      )}
      {full !== null && <LedgerField run={full} />}
      {full?.reruns !== undefined && full.reruns.length > 0 && (
        <Field name="Reruns">
          {full.reruns.map((id) => (
            <span key={id}>
              <Link href={runPath(id)}>{id}</Link>{' '}
            </span>
          ))}
        </Field>
      )}
      {full?.proc !== undefined && (
        <Field name="Agent">
          {full.proc.conn_id ?? 'not assigned'} <span className="faint">proc {full.proc.proc_id}</span>
        </Field>
      )}
      {full !== null && full.program !== null && (
        <Field name="Program">
          <code className="code">{wordsOf(full.program)}</code>
        </Field>
      )}
      {full !== null && full.conds.length > 0 && (
        <Field name="Conditions">
          <ul className="plain">
            {full.conds.map((condition) => (
              <li key={wordsOf(condition)}>{wordsOf(condition)}</li>
            ))}
          </ul>
        </Field>
      )}
    </dl>
  )
}
