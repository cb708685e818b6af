import { type FactValues, MOVING_COLUMNS, type RunOp, type SqlValue } from '../row/index.ts'

/**
 * Runs to write as one flat list of values: handing that to another thread costs a third of what objects cost. Of each run: number,
 * expect, whether it is updated, inserted or relabelled, then the labels (if so), or (if inserted) the fixed values and whether there is an instant, then that; the moving values, bound,
 * metadata, whether there is a verdict, then that; the number of facts, then those.
 */
export type PackedRuns = readonly SqlValue[]

const UPDATED = 0
const INSERTED = 1
const RELABELLED = 2

/** Packs one run behind those in `to`. */
export function packRun(op: RunOp, to: SqlValue[]): void {
  to.push(op.run, op.expect, op.fixed !== null ? INSERTED : op.labels === null ? UPDATED : RELABELLED)
  if (op.labels !== null) to.push(op.labels)
  if (op.fixed !== null) {
    to.push(...op.fixed, op.instant === null ? 0 : 1)
    if (op.instant !== null) to.push(...op.instant)
  }
  for (const value of op.moving) to.push(value)
  to.push(op.bound, op.meta, op.verdict === null ? 0 : 1)
  if (op.verdict !== null) to.push(...op.verdict)
  to.push(op.facts.length)
  for (const fact of op.facts) to.push(fact[0], fact[1], fact[2], fact[3])
}

/** The runs of a packed list. */
export function unpackRuns(packed: PackedRuns): RunOp[] {
  const values = new Values(packed)
  const ops: RunOp[] = []
  while (!values.done) {
    const run = values.number()
    const expect = values.numberOrNull()
    const kind = values.number()
    const inserted = kind === INSERTED
    const labels = kind === RELABELLED ? values.text() : null
    const fixed = inserted ? ([values.text(), values.text(), values.text(), values.text()] as const) : null
    const instant = inserted && values.number() === 1 ? unpackInstant(values) : null
    const moving = values.take(MOVING_COLUMNS.length)
    const bound = values.textOrNull()
    const meta = values.textOrNull()
    const verdict = values.number() === 1 ? ([values.number(), values.textOrNull(), values.number()] as const) : null
    const facts = Array.from({ length: values.number() }, () => unpackFact(values))
    ops.push({ run, expect, fixed, labels, instant, moving, bound, meta, verdict, facts })
  }
  return ops
}

function unpackFact(values: Values): FactValues {
  return [values.number(), values.number(), values.numberOrNull(), values.textOrNull()]
}

function unpackInstant(values: Values): NonNullable<RunOp['instant']> {
  return [
    values.text(),
    values.number(),
    values.text(),
    values.text(),
    values.numberOrNull(),
    values.numberOrNull(),
    values.textOrNull(),
    values.numberOrNull(),
  ]
}

class Values {
  readonly #values: PackedRuns
  #at = 0

  constructor(values: PackedRuns) {
    this.#values = values
  }

  get done(): boolean {
    return this.#at >= this.#values.length
  }

  number(): number {
    const value = this.#values[this.#at++]
    if (typeof value !== 'number') throw this.#misplaced('a number', value)
    return value
  }

  numberOrNull(): number | null {
    return this.#values[this.#at] === null ? this.#null() : this.number()
  }

  text(): string {
    const value = this.#values[this.#at++]
    if (typeof value !== 'string') throw this.#misplaced('text', value)
    return value
  }

  textOrNull(): string | null {
    return this.#values[this.#at] === null ? this.#null() : this.text()
  }

  take(count: number): readonly SqlValue[] {
    this.#at += count
    return this.#values.slice(this.#at - count, this.#at)
  }

  #null(): null {
    this.#at++
    return null
  }

  #misplaced(expected: string, found: unknown): Error {
    return new Error(`value ${this.#at - 1} of a packed list is ${typeof found}, expected ${expected}`)
  }
}
