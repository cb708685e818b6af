import type { Json } from '@apsis/core/json'
import type { Bound, BoundCondition, BoundProgram } from '@apsis/core/run'
import { count, list, number, object, orNull, parsed, text } from './shape.ts'

/** Texts kept parsed: most runs of a job share theirs. */
const KEPT = 500

/** Reads what runs are bound to, parsing equal texts once. */
export class BoundTexts {
  readonly #known = new Map<string, Bound>()

  read(value: unknown): Bound | null {
    if (value === null) return null
    const source = text(value, 'bound')
    const known = this.#known.get(source)
    if (known !== undefined) return known
    const bound = readBound(parsed(source, 'bound'))
    if (this.#known.size >= KEPT) this.#known.clear()
    this.#known.set(source, bound)
    return bound
  }
}

function readBound(value: Json): Bound {
  const bound = object(value, 'bound')
  return {
    definition: text(bound['definition'], 'bound.definition'),
    program: readProgram(bound['program']),
    conditions: list(bound['conditions'], 'bound.conditions', readCondition),
  }
}

function readProgram(value: Json | undefined): BoundProgram {
  const where = 'bound.program'
  const program = object(value, where)
  const stop = object(program['stop'], `${where}.stop`)
  return {
    type: text(program['type'], `${where}.type`),
    spec: object(program['spec'], `${where}.spec`),
    str: text(program['str'], `${where}.str`),
    stop: {
      signal: count(stop['signal'], `${where}.stop.signal`),
      grace: orNull(stop['grace'], `${where}.stop.grace`, number),
    },
    timeout: orNull(program['timeout'], `${where}.timeout`, (timeout, at) => ({
      duration: number(object(timeout, at)['duration'], `${at}.duration`),
      signal: count(object(timeout, at)['signal'], `${at}.signal`),
    })),
  }
}

function readCondition(value: Json, where: string): BoundCondition {
  const condition = object(value, where)
  return {
    type: text(condition['type'], `${where}.type`),
    spec: object(condition['spec'], `${where}.spec`),
    str: text(condition['str'], `${where}.str`),
  }
}
