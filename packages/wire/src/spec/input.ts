import { at, Check, type Checked, type Path, top } from '../parse/index.ts'
import { readProcSpec } from './parse-proc.ts'
import type { ProcSpec } from './spec.ts'

/** Proc specs by proc id. */
export interface ProcSpecs {
  readonly [procId: string]: ProcSpec
}

/** Checks one proc spec; `name` is what messages call it. */
export function parseProcSpec(value: unknown, name = 'spec'): Checked<ProcSpec> {
  const check = new Check()
  return check.result(readProcSpec(check, value, top(name)))
}

/** Checks an input document `{"specs": {PROC_ID: PROC_SPEC, …}}`, as a file has it and the agent's HTTP service takes it (spec/procstar.md 1.4). */
export function parseInput(value: unknown): Checked<ProcSpecs> {
  const check = new Check()
  const { specs } = check.fields(value, top(''), ['specs'])
  return check.result(readProcSpecs(check, specs, top('specs')))
}

/** Reads a map from proc id to spec. */
export function readProcSpecs(check: Check, value: unknown, path: Path): ProcSpecs {
  const specs: { [procId: string]: ProcSpec } = {}
  const given = check.fields(value, path)
  for (const procId of Object.keys(given)) {
    if (check.isFull) break
    specs[procId] = readProcSpec(check, given[procId], at(path, procId))
  }
  return specs
}
