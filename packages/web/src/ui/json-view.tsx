import type { Json, JsonObject } from '@apsis/core/json'
import type { ReactElement } from 'react'
import { isObject } from './json.ts'

/** JSON for people: names and values, objects one below the other. Null members are left out. */
export function JsonView({ json }: { readonly json: JsonObject }): ReactElement {
  const members = Object.entries(json).filter(([, value]) => value !== null)
  const plain = members.filter(([, value]) => !isObject(value))
  const nested = members.flatMap(([name, value]) => (isObject(value) ? [[name, value] as const] : []))
  return (
    <>
      {plain.length > 0 && (
        <dl className="pairs">
          {plain.map(([name, value]) => (
            <div key={name} className="pair">
              <dt>{name}</dt>
              <dd>{leaf(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {nested.map(([name, value]) => (
        <details key={name} className="nested" open={Object.keys(value).length <= 24}>
          <summary>{name}</summary>
          <JsonView json={value} />
        </details>
      ))}
    </>
  )
}

function leaf(value: Json): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isInteger(value)) return String(value)
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ')
  return JSON.stringify(value)
}
