import { describeAgent } from './describe.ts'
import { mergedData } from './merged.ts'
import { outputData } from './output.ts'
import { deleteProc, getProc, listProcs, signalProc, startProcs } from './procs.ts'
import type { Route } from './route.ts'
import { shutDown, stopProc } from './stop.ts'

/** Everything that there is: the first five as existing agents have it (spec/procstar.md 5). */
export const ROUTES: readonly Route[] = [
  { path: '/procs', methods: { GET: listProcs, POST: startProcs } },
  { path: '/procs/:id', methods: { GET: getProc, DELETE: deleteProc } },
  { path: '/procs/:id/signals/:signum', methods: { POST: signalProc } },
  { path: '/procs/:id/output/merged/data', methods: { GET: mergedData } },
  { path: '/procs/:id/output/:fd/data', methods: { GET: outputData } },
  { path: '/procs/:id/stop', methods: { POST: stopProc } },
  { path: '/agent', methods: { GET: describeAgent } },
  { path: '/agent/shutdown', methods: { POST: shutDown } },
]
