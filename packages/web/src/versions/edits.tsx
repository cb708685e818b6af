import type { JobEditJson } from '@apsis/api/routes'
import type { Json } from '@apsis/core/json'
import type { ReactElement } from 'react'
import { type DiffLine, diffLines } from './lines.ts'

const WORDS: Readonly<Record<JobEditJson['kind'], string>> = {
  add: 'added',
  remove: 'removed',
  change: 'changed',
  move: 'moved',
}

/** What makes one definition of another, place by place. */
export function Edits({ edits }: { readonly edits: readonly JobEditJson[] }): ReactElement {
  return (
    <ul className="edits" aria-label="Differences">
      {edits.map((edit) => (
        <li key={`${edit.kind} ${edit.key}`} className="edit" data-kind={edit.kind}>
          <p className="edit-head">
            <code className="mono">{edit.key}</code> <span className="faint">{WORDS[edit.kind]}</span>
          </p>
          {edit.from === undefined && edit.to === undefined ? (
            <p className="diff mono">{edit.text}</p>
          ) : (
            <ol className="diff mono">{linesOf(edit).map(lineElement)}</ol>
          )}
        </li>
      ))}
    </ul>
  )
}

function linesOf({ from, to }: JobEditJson): readonly DiffLine[] {
  if (from !== undefined && to !== undefined) {
    const [old, next] = [textOf(from), textOf(to)]
    // The end of the last line is no line, unless it is all that differs.
    const ends = old.endsWith('\n') && next.endsWith('\n')
    return ends ? diffLines(old.slice(0, -1), next.slice(0, -1)) : diffLines(old, next)
  }
  const kind = from === undefined ? 'added' : 'removed'
  return textOf(from ?? to ?? null)
    .split('\n')
    .map((text) => ({ kind, text }))
}

const SIGNS = { kept: '', removed: '−', added: '+' }

function lineElement(line: DiffLine, index: number): ReactElement {
  return line.kind === 'gap' ? (
    <li key={index} className="faint">
      {line.count} {line.count === 1 ? 'line' : 'lines'} the same
    </li>
  ) : (
    // The sign says what the colour says.
    <li key={index} className="diff-line" data-kind={line.kind}>
      <span className="diff-sign" aria-label={line.kind === 'kept' ? undefined : line.kind}>
        {SIGNS[line.kind]}
      </span>
      <span className="diff-text">{line.text}</span>
    </li>
  )
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
