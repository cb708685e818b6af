import type { KeyPath, Problem } from '../document/index.ts'
import { valueAt } from '../document/index.ts'
import type { JsonObject } from '../json/index.ts'

// Keys of the existing system that mean nothing here, and what to do instead.
const UNUSED: readonly { readonly path: KeyPath; readonly hint: string }[] = [
  {
    path: ['database'],
    hint: 'everything is kept in the folder `data`; `apsisctl import-db` brings an existing history over',
  },
  { path: ['host_groups'], hint: 'agents join a group by their own option --group-id' },
  { path: ['smtp'], hint: 'there is no action that sends mail' },
  { path: ['python'], hint: 'it is about the Python runtime, which is not used' },
  { path: ['procstar', 'agent', 'ecs'], hint: 'programs on ECS are not supported' },
  { path: ['runs_lookback'], hint: 'the old name of runs.lookback, which it still sets' },
]

/** Notices about keys that are accepted and do nothing, so that nobody counts on them. */
export function unusedKeys(document: JsonObject): Problem[] {
  return UNUSED.filter(({ path }) => valueAt(document, path) !== undefined).map(({ path, hint }) => ({
    code: 'CONFIG_KEY_UNUSED',
    severity: 'notice',
    path,
    at: 'key',
    message: `${path.join('.')} has no meaning here`,
    hint,
  }))
}

// What users write by the existing docs, which its server ignores.
const MEANT: Readonly<Record<string, string>> = {
  jobs: "did you mean 'job_dir'?",
  job_dirs: "did you mean 'job_dir'?",
  host: "did you mean 'bind'? It takes ADDR:PORT",
  port: "did you mean 'bind'? It takes ADDR:PORT",
  'procstar.agent.server.reconnect_timeout': 'it belongs under procstar.agent.connection',
  'procstar.agent.server.start_timeout': 'it belongs under procstar.agent.connection',
}

/** A better hint for an unknown key that is a well-known mistake. */
export function meantKey(problem: Problem): Problem {
  const hint = problem.code === 'CONFIG_KEY_UNKNOWN' ? MEANT[problem.path.join('.')] : undefined
  return hint === undefined ? problem : { ...problem, hint }
}
