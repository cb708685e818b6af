import { parseInput, type ProcSpecs } from '@apsis/wire/spec'
import type { Parsed } from '../options/index.ts'
import { readJson } from './read-json.ts'

/**
 * Reads the bytes of an input document (spec/procstar.md 1.4), `{"specs": {PROC_ID: PROC_SPEC, …}}` in JSON, UTF-8. As existing agents do, it takes
 * the specs alone in an array for the document. The error says what is wrong and where. Whether the procs can be started together is for the agent to
 * say.
 */
export function readInput(bytes: Uint8Array): Parsed<ProcSpecs> {
  const json = readJson(bytes)
  if (!json.ok) return { ok: false, error: json.why === 'json' ? `not JSON: ${json.error}` : json.error }
  let document = json.value
  if (Array.isArray(document) && document.length === 1) document = { specs: document[0] as unknown }
  return parseInput(document)
}
