import type { Args } from '@apsis/core/run'
import type { ReactElement } from 'react'

/** Args of a run, as `name=value`. */
export function ArgList({ args }: { readonly args: Args }): ReactElement | null {
  const entries = Object.entries(args)
  if (entries.length === 0) return null
  return (
    <span className="args" title={entries.map(([name, value]) => `${name}=${value}`).join(' ')}>
      {entries.map(([name, value]) => (
        <span key={name} className="arg">
          <span className="arg-name">{name}=</span>
          {value}
        </span>
      ))}
    </span>
  )
}

/** Labels of a job or run. */
export function Labels({ labels }: { readonly labels: readonly string[] }): ReactElement | null {
  if (labels.length === 0) return null
  return (
    <span className="labels">
      {labels.map((label) => (
        <span key={label} className="label">
          {label}
        </span>
      ))}
    </span>
  )
}
