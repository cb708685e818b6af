import type { JsonObject } from '@apsis/core/json'
import { formatElapsed } from '@apsis/core/time'
import type { ReactElement } from 'react'
import { JsonView } from '../ui/json-view.tsx'
import { formatBytes, numberOf, objectOf, textOf } from '../ui/json.ts'
import { Empty } from '../ui/section.tsx'

/** What the program of a run says of itself: the numbers that matter, then everything. */
export function Metadata({ meta }: { readonly meta: JsonObject }): ReactElement {
  const { job: _labels, ...rest } = meta
  if (Object.keys(rest).length === 0) return <Empty>Nothing yet.</Empty>
  const facts = factsOf(objectOf(meta, 'program'))
  return (
    <>
      {facts.length > 0 && (
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <details className="nested">
        <summary>All metadata</summary>
        <JsonView json={rest} />
      </details>
    </>
  )
}

/** The members of a process result (spec/procstar.md 3) that people look for first. */
function factsOf(program: JsonObject): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = []
  const add = (name: string, value: string | null): void => {
    if (value !== null) facts.push([name, value])
  }
  const status = objectOf(program, 'status')
  const usage = objectOf(program, 'rusage')
  const exit = numberOf(status, 'exit_code')
  const signal = textOf(status, 'signal') ?? numberOf(status, 'signum')?.toString() ?? null
  add('Exit code', exit?.toString() ?? null)
  add('Signal', signal === '0' ? null : signal)
  const elapsed = numberOf(objectOf(program, 'times'), 'elapsed')
  add('Elapsed', elapsed === null ? null : elapsed < 60 ? seconds(elapsed) : formatElapsed(elapsed * 1000))
  add('CPU user', seconds(numberOf(usage, 'utime')))
  add('CPU system', seconds(numberOf(usage, 'stime')))
  const peak = numberOf(usage, 'maxrss')
  add('Peak memory', peak === null ? null : formatBytes(peak))
  add('Pid', numberOf(program, 'pid')?.toString() ?? null)
  return facts
}

function seconds(value: number | null): string | null {
  return value === null ? null : `${value.toFixed(value < 1 ? 3 : 2)} s`
}
