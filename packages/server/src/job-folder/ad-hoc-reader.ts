import { parseJobJson } from '@apsis/core/job'
import type { Json, JsonObject } from '@apsis/core/json'
import { registry } from '@apsis/kinds/builtin'
import { digest } from '../edges/jobs-dir/index.ts'

/** Reads the documents of ad hoc jobs as a server does: hash and normal form, or what is wrong with one. */
export function adHocReader(): (
  jobId: string,
  document: Json,
) =>
  | { readonly ok: true; readonly hash: string; readonly json: JsonObject }
  | { readonly ok: false; readonly message: string } {
  return (jobId, document) => {
    const result = parseJobJson(document, { jobId, registry, digest })
    if (result.ok) return { ok: true, hash: result.job.hash, json: result.job.json }
    return { ok: false, message: result.diagnostics.map(({ message }) => message).join('; ') }
  }
}
