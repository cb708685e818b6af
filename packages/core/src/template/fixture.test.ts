import assert from 'node:assert/strict'
import { type BindScope, expand, type Expanded } from './index.ts'

export const SCOPE: BindScope = {
  runId: 'r12',
  jobId: 'group/job',
  args: { date: '2026-03-31', list: 'a,b,c', n: '20', text: 'Hello, World' },
}

/** A template and what it gives. */
export type Pair = readonly [template: string, text: string]

/** A template and the message of its error, with line and column where they matter. */
export type Failure = readonly [template: string, message: string | RegExp, line?: number, column?: number]

/** Expands in the scope above. */
export function run(template: string): Expanded<string> {
  return expand(template, SCOPE)
}

/** A template in the title of a test. */
export function label(template: string): string {
  return JSON.stringify(template.slice(0, 80))
}

export function gives([template, text]: Pair): void {
  assert.deepEqual(run(template), { ok: true, value: text })
}

export function fails([template, message, line, column]: Failure): void {
  const result = run(template)
  assert.equal(result.ok, false)
  if (typeof message === 'string') assert.equal(result.message, message)
  else assert.match(result.message, message)
  if (line !== undefined) assert.deepEqual(result.at, { line, column })
}

export const pairs = (all: readonly Pair[]): readonly Pair[] => all
export const failures = (all: readonly Failure[]): readonly Failure[] => all
