import type { RunUpdateOutput } from '@apsis/api/feed'
import { isFinished, type State } from '@apsis/core/run'
import { type ReactElement, useState } from 'react'
import { OutputView } from '../output/output-view.tsx'
import { Empty, Section } from '../ui/section.tsx'

/** The outputs of a run: one at a time. */
export function Outputs(props: {
  readonly runId: string
  readonly state: State
  readonly outputs: Readonly<Record<string, RunUpdateOutput>>
}): ReactElement {
  const ids = Object.keys(props.outputs)
  const [chosen, setChosen] = useState<string | null>(null)
  const id = chosen ?? ids[0]
  const output = id === undefined ? undefined : props.outputs[id]
  if (id === undefined || output === undefined) {
    return (
      <Section title="Output">
        <Empty>{isFinished(props.state) ? 'No output.' : 'No output yet.'}</Empty>
      </Section>
    )
  }
  const tabs = ids.length > 1 && (
    <div className="chips" role="group" aria-label="Outputs">
      {ids.map((one) => (
        <button key={one} type="button" className="chip" aria-pressed={one === id} onClick={() => setChosen(one)}>
          {props.outputs[one]?.name ?? one}
        </button>
      ))}
    </div>
  )
  return (
    <Section title="Output" aside={tabs}>
      <OutputView key={id} runId={props.runId} outputId={id} length={output.length} />
    </Section>
  )
}
