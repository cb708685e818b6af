import type { ConnectionJson } from '@apsis/api/json'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../net/client.ts'
import { Time } from '../time/time.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { ReasonInput } from '../ui/reason-input.tsx'
import { toastDone, toastError } from '../ui/toast-list.ts'

/** Drains an agent, or ends that. Each asks first. */
export function DrainButton({ agent }: { readonly agent: ConnectionJson }): ReactElement {
  const [asking, setAsking] = useState(false)
  const drains = agent.drain === null
  return (
    <>
      <button type="button" className="button small" onClick={() => setAsking(true)}>
        {drains ? 'Drain…' : 'Undrain…'}
      </button>
      {asking && <AskDrain agent={agent} drains={drains} onClose={() => setAsking(false)} />}
    </>
  )
}

function AskDrain(props: {
  readonly agent: ConnectionJson
  readonly drains: boolean
  readonly onClose: () => void
}): ReactElement {
  const { agent, drains } = props
  const { conn, proc } = agent.info
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const why = reason.trim()
  const confirm = (): void => {
    const asked: Promise<unknown> = drains
      ? client.drain(conn.conn_id, why === '' ? {} : { reason: why })
      : client.undrain(conn.conn_id)
    asked
      .then(
        () => toastDone(drains ? `${proc.hostname} takes no new runs.` : `${proc.hostname} takes runs again.`),
        (error: unknown) => toastError(`${drains ? 'Drain' : 'Undrain'} ${proc.hostname}`, error),
      )
      .finally(() => void queries.invalidateQueries({ queryKey: ['agents'] }))
  }
  return (
    <ConfirmDialog
      title={`${drains ? 'Drain' : 'Undrain'} ${proc.hostname}?`}
      action={drains ? 'Drain' : 'Undrain'}
      onConfirm={confirm}
      onClose={props.onClose}
    >
      <p>
        {drains
          ? 'It is given no new runs, until it is undrained. Those that it has go on.'
          : 'It is given new runs again.'}
      </p>
      {drains && <ReasonInput value={reason} onChange={setReason} />}
    </ConfirmDialog>
  )
}

/** That an agent drains or has drained, since when and why. */
export function DrainWords({ agent }: { readonly agent: ConnectionJson }): ReactElement | null {
  const { drain, runs } = agent
  if (drain === null) return null
  return (
    <span className="agent-drain">
      <span className="label">{drain.drained ? 'drained' : 'draining'}</span>
      {drain.drained ? ' no run is left, and it takes no new ones' : ` ${runs} to end, and it takes no new ones`}, since{' '}
      <Time at={drain.since} short />
      {drain.reason !== null && `: ${drain.reason}`}
    </span>
  )
}
