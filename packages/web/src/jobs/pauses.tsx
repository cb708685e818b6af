import type { PauseJson } from '@apsis/api/json'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../net/client.ts'
import { Time } from '../time/time.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { ReasonInput } from '../ui/reason-input.tsx'
import { toastDone, toastError } from '../ui/toast-list.ts'

/** The pauses in force that are of a job, each with the button that ends it. */
export function PauseBanners({ jobId }: { readonly jobId: string }): ReactElement | null {
  const query = useQuery({ queryKey: ['pauses', jobId], queryFn: () => client.pauses({ job_id: jobId }) })
  const [asking, setAsking] = useState<PauseJson | null>(null)
  const pauses = query.data ?? []
  if (pauses.length === 0) return null
  return (
    <>
      {pauses.map((pause) => (
        <div key={pause.pause_id} className="notice" role="status" aria-label="Paused">
          <p>
            <strong>Paused</strong>
            {pause.target === jobId ? '' : ` with ${pause.scope === 'label' ? 'label ' : ''}${pause.target}`}
            {pause.until !== null && (
              <>
                {' until '}
                <Time at={pause.until} />
              </>
            )}
            {pause.reason === null ? '.' : `: ${pause.reason}.`}
            {pause.mode === 'skip' ? ' What comes due is skipped.' : ' What comes due is held, and begins afterwards.'}
          </p>
          <button type="button" className="button small" onClick={() => setAsking(pause)}>
            Resume…
          </button>
        </div>
      ))}
      {asking !== null && <AskResume pause={asking} jobId={jobId} onClose={() => setAsking(null)} />}
    </>
  )
}

function AskResume(props: {
  readonly pause: PauseJson
  readonly jobId: string
  readonly onClose: () => void
}): ReactElement {
  const { pause, jobId } = props
  const [reason, setReason] = useState('')
  const wider = pause.target === jobId ? '' : ` It is of ${pause.scope} ${pause.target}, other jobs too.`
  const confirm = (): void => {
    client.resume(pause.pause_id, reason.trim() === '' ? null : reason.trim()).then(
      () => toastDone(`Resumed ${pause.target}.`),
      (error: unknown) => toastError(`Resume ${pause.target}`, error),
    )
  }
  return (
    <ConfirmDialog title="End the pause?" action="Resume" onConfirm={confirm} onClose={props.onClose}>
      <p>
        {pause.mode === 'hold' ? 'What it held begins, in order of time.' : 'What comes due from now on is started.'}
        {wider}
      </p>
      <ReasonInput value={reason} onChange={setReason} />
    </ConfirmDialog>
  )
}
