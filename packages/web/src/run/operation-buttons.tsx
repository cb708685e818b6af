import type { RunSummary } from '@apsis/api/json'
import { type ReactElement, useState } from 'react'
import { AskOperation, type OperationWords } from './ask-operation.tsx'
import { type OperationName, operationsOf } from './operations.ts'

/** Words of each operation: its button, and what was done. */
const WORDS: Readonly<Record<OperationName, OperationWords>> = {
  start: { label: 'Start', done: 'Asked to start', danger: false },
  skip: { label: 'Skip', done: 'Skipped', danger: true },
  stop: { label: 'Stop', done: 'Asked to stop', danger: true },
  signal: { label: 'Signal', done: 'Signal sent to', danger: true },
  rerun: { label: 'Rerun', done: 'Rerun of', danger: false },
  mark: { label: 'Mark', done: 'Marked', danger: false },
  hold: { label: 'Hold', done: 'Held', danger: false },
  release: { label: 'Release', done: 'Released', danger: false },
  move: { label: 'Move', done: 'Moved', danger: false },
}

/** Those that need more than a yes. */
const MORE: readonly OperationName[] = ['signal', 'mark', 'hold', 'move']

/** The buttons of what may be asked of a run now. Each asks once more before it does it. */
export function OperationButtons({ run }: { readonly run: RunSummary }): ReactElement {
  const [asking, setAsking] = useState<OperationName | null>(null)
  const names = operationsOf(run)
  return (
    <div className="operations" role="group" aria-label="Operations">
      {names.map((name) => (
        <button key={name} type="button" className="button" onClick={() => setAsking(name)}>
          {WORDS[name].label}
          {MORE.includes(name) && '…'}
        </button>
      ))}
      {asking !== null && names.includes(asking) && (
        <AskOperation key={asking} run={run} name={asking} words={WORDS[asking]} onClose={() => setAsking(null)} />
      )}
    </div>
  )
}
